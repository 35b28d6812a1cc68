//! Which faults can a study have? One each, in the template's own.

use super::Change::{self, Append, Bytes, Swap};

const STUDY: &str = "studies/levy-or-closure.toml";

pub(super) const CASES: &[(&str, Change)] = &[
    // Form.
    ("a study without a question", Swap(STUDY, "\"What costs the council more", "\"\" # \"What")),
    ("an unknown key of a study", Swap(STUDY, "asks = ", "ask = ")),
    ("a way that is none", Swap(STUDY, "better = \"higher\"", "better = \"more\"")),
    // Scenarios and months.
    ("a study of an unknown scenario", Swap(STUDY, "name = \"closure\"", "name = \"closures\"")),
    ("a scenario that is there twice", Swap(STUDY, "name = \"closure\"", "name = \"replay\"")),
    (
        "a study of no scenario",
        Swap(
            STUDY,
            "[[scenario]]                 # every policy is tried under each of them\nname = \"replay\"\n\n[[scenario]]\nname = \"closure\"\nlabel = \"both gates shut for half a year\"\n",
            "",
        ),
    ),
    ("a study after the corridor", Swap(STUDY, "until = \"2024-12\"", "until = \"2025-01\"")),
    ("a study that ends before it begins", Swap(STUDY, "until = \"2024-12\"", "until = \"2022-12\"")),
    ("a study of no month", Swap(STUDY, "from = \"2023-01\"", "from = \"early 2023\"")),
    // Policies.
    (
        "a policy with an unknown lever",
        Swap(STUDY, "lever.council-levy@2022-10", "lever.counsel-levy@2022-10"),
    ),
    ("a policy beyond the bounds", Swap(STUDY, "= 30000 }", "= 60000 }")),
    ("a policy of no month", Swap(STUDY, "lever.council-levy@2022-10", "lever.council-levy@2022")),
    (
        "a policy that holds a number",
        Swap(STUDY, "lever.council-levy@2022-10", "gate.north-pass.capacity_t_per_month"),
    ),
    ("a policy that is there twice", Swap(STUDY, "id = \"half-shut\"", "id = \"levy-30000\"")),
    (
        "settings of an unknown lever",
        Append(STUDY, "[[factorial]]\nlever = \"council-tax\"\nvalues = [0, 1]\n"),
    ),
    (
        "a setting beyond the bounds",
        Append(STUDY, "[[factorial]]\nlever = \"lowland-gate\"\nvalues = [0.5, 2]\n"),
    ),
    ("no settings", Append(STUDY, "[[factorial]]\nlever = \"lowland-gate\"\nvalues = []\n")),
    (
        "a setting twice",
        Append(STUDY, "[[factorial]]\nlever = \"lowland-gate\"\nvalues = [0.5, 0.50]\n"),
    ),
    (
        "a lever twice",
        Append(
            STUDY,
            "[[factorial]]\nlever = \"lowland-gate\"\nvalues = [0.5]\n[[factorial]]\nlever = \"lowland-gate\"\nvalues = [0.4]\n",
        ),
    ),
    (
        "settings from after the corridor",
        Append(
            STUDY,
            "[[factorial]]\nlever = \"lowland-gate\"\nvalues = [0.5, 0.6]\nfrom = \"2030-01\"\n",
        ),
    ),
    (
        "too many policies",
        Append(
            STUDY,
            "[[factorial]]\nlever = \"council-levy\"\nvalues = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n[[factorial]]\nlever = \"lowland-gate\"\nvalues = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]\n",
        ),
    ),
    // Numbers.
    (
        "a range of an unknown number",
        Swap(STUDY, "path = \"gate.north-pass.capacity", "path = \"gate.nort-pass.capacity"),
    ),
    ("a range of a study that runs backwards", Swap(STUDY, "range = [1000, 1500]", "range = [1500, 1000]")),
    ("a range that cannot be", Swap(STUDY, "range = [1000, 1500]", "range = [-1, 1500]")),
    (
        "a logarithm of nothing in a study",
        Swap(
            STUDY,
            "path = \"gate.north-pass.capacity_t_per_month\"\nrange = [1000, 1500]",
            "path = \"township.upper-valley.tenure_hazard_per_month\"\nrange = [0, 0.1]",
        ),
    ),
    (
        "only numbers that are not there",
        Append(STUDY, "[uncertainties]\nonly = [\"haulage.*\", \"hauling.*\"]\n"),
    ),
    // Outcomes.
    ("a study of an unknown outcome", Swap(STUDY, "outcome = \"exports_t\"", "outcome = \"export_t\"")),
    ("an outcome that is there twice", Swap(STUDY, "id = \"exports_t\"", "id = \"revenue_usd\"")),
    ("an outcome with the name of a column", Swap(STUDY, "id = \"exports_t\"", "id = \"status\"")),
    ("an outcome without a label", Swap(STUDY, "label = \"Exports\"", "label = \" \"")),
    (
        "an outcome whose unit is not known",
        Swap(
            STUDY,
            "measure = { outcome = \"exports_t\", statistic = \"sum\" }",
            "measure = { outcome = \"exports_t\", statistic = \"sum\", scale = 0.001 }",
        ),
    ),
    (
        "an outcome in a unit that it is not measured in",
        Swap(STUDY, "label = \"Levies received\"", "label = \"Levies received\"\nunit = \"CNY\""),
    ),
    (
        "an outcome measured after the study",
        Bytes(
            STUDY,
            b"question = \"What then?\"\nfrom = \"2023-01\"\nuntil = \"2024-06\"\n\n[[scenario]]\nname = \"replay\"\n\n[[outcome]]\nid = \"exports_t\"\nlabel = \"Exports\"\nmeasure = { outcome = \"exports_t\", statistic = \"sum\", to = \"2024-12\" }\nbetter = \"higher\"\n",
        ),
    ),
    (
        "an outcome measured after the corridor",
        Swap(
            STUDY,
            "outcome = \"exports_t\", statistic = \"sum\"",
            "outcome = \"exports_t\", statistic = \"sum\", to = \"2026-01\"",
        ),
    ),
    // Design and analyses.
    ("no members", Swap(STUDY, "members = 200", "members = 0")),
    (
        "members added to what cannot have them",
        Swap(
            STUDY,
            "members = 200",
            "kind = \"lhs\"\nmembers = 200\nuntil_half_width = { outcome = \"exports\", half_width = 0, most = 100 } #",
        ),
    ),
    (
        "a region of no outcome",
        Append(STUDY, "[[prim]]\noutcome = \"offensives\"\ninterest = \"below\"\nthreshold = 1\n"),
    ),
    (
        "the sensitivity of no outcome",
        Append(STUDY, "[sensitivity]\noutcomes = [\"exports_t\", \"exports\"]\n"),
    ),
    // Searches and pathways.
    (
        "a search by one objective",
        Swap(STUDY, "objectives = [\"revenue_usd\", \"exports_t\"]", "objectives = [\"exports_t\"]"),
    ),
    (
        "a search by an outcome that is not there",
        Swap(STUDY, "\"revenue_usd\", \"exports_t\"", "\"revenue_usd\", \"export_t\""),
    ),
    (
        "a search of an unknown lever",
        Swap(STUDY, "path = \"lever.council-levy", "path = \"lever.council-levi"),
    ),
    ("a search of a number", Swap(STUDY, "path = \"lever.council-levy@2022-10\"", "path = \"levy.onset\"")),
    ("a search beyond the bounds", Swap(STUDY, "high = 50000", "high = 60000")),
    ("a search from high to low", Swap(STUDY, "low = 0.5\nhigh = 1.0", "low = 1.0\nhigh = 0.5")),
    ("a search of one setting", Swap(STUDY, "low = 0.5\nhigh = 1.0", "low = 1.0\nhigh = 1.0")),
    ("a search in steps too long", Swap(STUDY, "step = 0.1", "step = 1")),
    ("a search with one pair", Swap(STUDY, "population = 12", "population = 2")),
    (
        "a search in which nothing matters",
        Swap(STUDY, "population = 12", "negligible = { exports_t = 0 }"),
    ),
    (
        "a pathway to nowhere",
        Append(
            STUDY,
            "[pathway]\nfrom = \"as-it-was\"\nto = \"levy-3000\"\nsignals = [\"export_t\"]\nmonths = [\"2024-12\"]\noutcome = \"exports_t\"\n",
        ),
    ),
    (
        "a pathway to where it began",
        Append(
            STUDY,
            "[pathway]\nfrom = \"half-shut\"\nto = \"half-shut\"\nsignals = []\nmonths = [\"2023-06\"]\noutcome = \"exports_t\"\n",
        ),
    ),
    (
        "a pathway that cannot let go",
        Append(
            STUDY,
            "[pathway]\nfrom = \"levy-30000\"\nto = \"half-shut\"\nsignals = [\"exports_t\"]\nmonths = [\"2023-06\", \"2023-06\"]\noutcome = \"exports_t\"\n",
        ),
    ),
];
