//! What can be read off rivers and forests?

use super::{Outcome, Scalar, Value};

/// Outcomes of the environment, in the order of the columns.
pub(super) const LIST: &[Outcome] = &[
    Outcome {
        name: "load_index",
        unit: "1",
        doc: "Load over flow at the lower end of the reach, where nothing was measured: relative to \
              the reference output into the reference stream, not a concentration",
        module: "river",
        scalar: Scalar::Mean,
        value: Value::Reach(|v, reach| v.water.index[reach]),
    },
    Outcome {
        name: "concentration_mg_per_l",
        unit: "mg/l",
        doc: "Concentration of the tracer at the station, median of samples",
        module: "river",
        scalar: Scalar::Mean,
        value: Value::Station(|v, station| {
            v.water.readings[station].concentration_mg_per_l.unwrap_or(0.0)
        }),
    },
    Outcome {
        name: "exceedance",
        unit: "1",
        doc: "Probability that a sample at the station is over the standard",
        module: "river",
        scalar: Scalar::Mean,
        value: Value::Station(|v, station| v.water.readings[station].exceedance),
    },
    Outcome {
        name: "legacy_load_t",
        unit: "t REO equivalent",
        doc: "What mines of the corridor have left in the ground that has not yet been washed out",
        module: "river",
        scalar: Scalar::Last,
        value: Value::One(|v| v.water.legacy_t_reo),
    },
    Outcome {
        name: "forest_loss_ha",
        unit: "ha",
        doc: "Forest cleared for mines of the corridor since the start",
        module: "river",
        scalar: Scalar::Last,
        value: Value::One(|v| v.water.forest_loss_ha),
    },
];
