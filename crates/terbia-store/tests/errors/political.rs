//! Which faults can politics, rivers, levers and the end of the record have? One each, in the
//! extended template.

use super::Change::{self, Append, Swap};
use super::{CLOSURE, CORRIDOR, REPLAY};

const LIVE: &str = "scenarios/live.toml";

pub(super) const CASES: &[(&str, Change)] = &[
    // Sides, fronts, routes.
    (
        "a leader who holds nothing",
        Swap(CORRIDOR, "lead = \"highland-council\"", "lead = \"lowland\""),
    ),
    (
        "a leader who is no member",
        Swap(CORRIDOR, "members = [\"highland-council\"]", "members = [\"river-leage\"]"),
    ),
    (
        "a member of both sides",
        Swap(
            CORRIDOR,
            "members = [\"river-league\"]",
            "members = [\"river-league\", \"highland-council\"]",
        ),
    ),
    (
        "a taker of the other side",
        Swap(
            CORRIDOR,
            "incumbent_takes = \"river-league\"",
            "incumbent_takes = \"highland-council\"",
        ),
    ),
    (
        "a township that lies twice on the fronts",
        Swap(
            CORRIDOR,
            "places = [\"side-valley\", \"market-town\"]",
            "places = [\"side-valley\", \"side-valley\"]",
        ),
    ),
    ("a route to no partner", Swap(CORRIDOR, "partner = \"coast\"", "partner = \"coats\"")),
    (
        "a factor with a unit",
        Swap(CORRIDOR, "supply_factor = \"conditions\"", "supply_factor = \"fx\""),
    ),
    (
        "a position beyond the scale",
        Swap(CORRIDOR, "axis = { value = 100, unit = \"1\"", "axis = { value = 101, unit = \"1\""),
    ),
    (
        "an incumbent that lays claim",
        Swap(
            CORRIDOR,
            "[politics.incumbent]\n",
            "[politics.incumbent]\nclaim_share = { value = 0.5, unit = \"1\", range = [0, 1], grade = \"D\", source = [\"A-001\"] }\n",
        ),
    ),
    (
        "a demand where the commitment problem is not modelled",
        Append(
            LIVE,
            "[[event]]\nid = \"demand\"\nkind = \"demand\"\nfrom = \"2024-03-01\"\narms_share = 0.5\nsource = [\"A-001\"]\n",
        ),
    ),
    (
        "a parallel levy without its reach",
        Append(
            LIVE,
            "[[event]]\nid = \"toll\"\nkind = \"parallel\"\nfrom = \"2024-03-01\"\nactor = \"highland-council\"\ntownships = [\"side-valley\"]\nad_valorem_share = 0.1\nform = \"specific\"\nsource = [\"A-001\"]\n",
        ),
    ),
    // Rivers and communities.
    ("an unknown basin", Swap(CORRIDOR, "basin = \"main\"", "basin = \"mian\"")),
    (
        "a reach without basin",
        Swap(CORRIDOR, "to = \"upper-stream\"\nbasin = \"main\"", "to = \"upper-stream\""),
    ),
    ("a season that does not average 1", Swap(CORRIDOR, "season = [0.4,", "season = [4,")),
    ("a season of eleven months", Swap(CORRIDOR, "season = [0.4, ", "season = [")),
    (
        "a spread below one",
        Swap(
            CORRIDOR,
            "value = 1.6, unit = \"1\", range = [1.2, 2.2]",
            "value = 0.5, unit = \"1\"",
        ),
    ),
    (
        "drains above the whole",
        Swap(
            CORRIDOR,
            "drains = { ",
            "drains = { main-river = { value = 0.7, unit = \"1\", grade = \"D\", source = [\"A-001\"] }, ",
        ),
    ),
    (
        "a community without mines",
        Swap(
            CORRIDOR,
            "mines = false\n",
            "mines = false\n[township.community]\npopulation = { value = 9, unit = \"persons\", grade = \"D\", source = [\"A-001\"] }\naccountability = { value = 1, unit = \"1\", grade = \"D\", source = [\"A-001\"] }\n",
        ),
    ),
    // Levers.
    ("an unknown kind of lever", Swap(CORRIDOR, "kind = \"levy_rate\"", "kind = \"levy_rat\"")),
    ("a quota of one who does not buy", Swap(CORRIDOR, "owner = \"lowland\"", "owner = \"coast\"")),
    (
        "bounds that the kind does not have",
        Swap(CORRIDOR, "bounds = [0.5, 2.0]", "bounds = [-1, 2]"),
    ),
    (
        "two levers of one kind and owner",
        Swap(
            CORRIDOR,
            "[[lever]]\nid = \"lowland-quota\"",
            "[[lever]]\nid = \"second-levy\"\nkind = \"levy_rate\"\nowner = \"highland-council\"\nbounds = [0, 1]\nsource = [\"A-001\"]\nmoves = [{ outcome = \"exports_t\", direction = \"down\" }]\n\n[[lever]]\nid = \"lowland-quota\"",
        ),
    ),
    (
        "a lever that moves nothing",
        Swap(
            CORRIDOR,
            "moves = [{ outcome = \"import_share\", direction = \"down\" }]",
            "moves = []",
        ),
    ),
    (
        "a lever that moves what is no outcome",
        Swap(CORRIDOR, "outcome = \"import_share\"", "outcome = \"import_shares\""),
    ),
    // Scenarios.
    ("an unknown front", Swap(LIVE, "\"lower-front\"", "\"upper-front\"")),
    ("an offensive without end", Swap(LIVE, "until = \"2021-06-10\"\n", "")),
    ("a guarantee above the whole", Swap(LIVE, "guarantee = 0.5", "guarantee = 50")),
    ("an unknown lever", Swap(LIVE, "lever = \"council-levy\"", "lever = \"council-levvy\"")),
    ("a lever beyond its bounds", Swap(LIVE, "value = 5000", "value = 90000")),
    (
        "a lever that may go beyond its bounds",
        Swap(
            LIVE,
            "value = 5000",
            "value = { value = 5000, unit = \"CNY/t gross\", range = [0, 60000], grade = \"D\", source = [\"A-001\"] }",
        ),
    ),
    (
        "a lever that comes from outside",
        Swap(LIVE, "kind = \"lever\"", "kind = \"lever\"\nexogenous = true"),
    ),
    ("a record that ends too late", Swap(LIVE, "\"2022-12\"", "\"2025-01\"")),
    (
        "an unknown lever to turn",
        Swap(LIVE, "\n\n[[event]]", "\nset = { \"lever.quota\" = 1 }\n\n[[event]]"),
    ),
    (
        "a lever turned beyond its bounds",
        Swap(LIVE, "\n\n[[event]]", "\nset = { \"lever.lowland-quota\" = 3 }\n\n[[event]]"),
    ),
    (
        "a lever turned in no month",
        Swap(LIVE, "\n\n[[event]]", "\nset = { \"lever.lowland-quota@soon\" = 1 }\n\n[[event]]"),
    ),
    (
        "a lever turned outside the corridor",
        Swap(LIVE, "\n\n[[event]]", "\nset = { \"lever.lowland-quota@2030-01\" = 1 }\n\n[[event]]"),
    ),
    (
        "a key of another kind of event",
        Swap(REPLAY, "side = \"far\"", "side = \"far\"\nby = \"incumbent\""),
    ),
    (
        "a lever that no corridor knows",
        Swap(CLOSURE, "[[event]]", "[set]\n\"lever.x\" = 1\n[[event]]"),
    ),
];
