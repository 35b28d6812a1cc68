//! Do the political tables hold together? Sides, fronts, partners and routes.

use super::Check;
use crate::load::fault::Fault;
use crate::spec::{At, Politics, PoliticsSide, Role};
use std::collections::BTreeSet;

impl Check<'_> {
    pub(super) fn politics(&mut self) {
        let spec = self.spec;
        let Some(politics) = &spec.politics else {
            for actor in spec.actors.iter().filter(|a| a.stance.is_some()) {
                let what = format!("the corridor, for the stance of '{}',", *actor.id);
                self.fault(actor.id.span(), Fault::Needed { key: "politics", what });
            }
            return;
        };
        if let Some(mediator) = &politics.mediator {
            self.index.actors.expect(mediator, self.file, self.problems);
        }
        let mut sided = BTreeSet::new();
        for (side, name) in
            [(&politics.challenger, "challenger"), (&politics.incumbent, "incumbent")]
        {
            self.side(side, name, &mut sided);
        }
        if let Some(claim) = &politics.incumbent.claim_share {
            let what = "the side of the incumbent, who holds what the state holds,".to_owned();
            let mend = "delete it, or move it to the challenger";
            self.fault(claim.span(), Fault::OutOfPlace { key: "claim_share", what, mend });
        }
        self.fronts(politics);
        for partner in &politics.partners {
            self.index.actors.expect(&partner.actor, self.file, self.problems);
        }
        for route in &politics.routes {
            self.index.partners.expect(&route.partner, self.file, self.problems);
            self.index.townships.expect(&route.place, self.file, self.problems);
        }
    }

    /// Notes what is wrong with a side; `sided` are the members met so far, of either side.
    fn side<'s>(
        &mut self,
        side: &'s PoliticsSide,
        name: &'static str,
        sided: &mut BTreeSet<&'s str>,
    ) {
        self.index.expect_role(&side.lead, Role::Holder, self.file, self.problems);
        if side.members.is_empty() {
            let what = format!("the side of the {name}");
            self.fault(side.members.span(), Fault::NoneNamed { what, kind: "member" });
        } else if !side.members.contains(&side.lead) {
            let id = side.lead.get().clone();
            self.fault(side.lead.span(), Fault::NotOnSide { id, side: name });
        }
        for member in side.members.iter() {
            self.index.expect_role(member, Role::Holder, self.file, self.problems);
            if !sided.insert(member.get()) {
                let (what, id) = ("the war".to_owned(), member.get().clone());
                self.fault(member.span(), Fault::TwiceNamed { what, kind: "member", id });
            }
        }
        if let Some(series) = &side.supply_factor {
            self.series_in(series, "1");
        }
    }

    fn fronts(&mut self, politics: &Politics) {
        let mut places = BTreeSet::new();
        for front in &politics.fronts {
            let what = || format!("the front '{}'", *front.id);
            self.keys.expect(&front.source, what, front.id.span(), self.file, self.problems);
            if front.places.is_empty() {
                let fault = Fault::NoneNamed { what: what(), kind: "township" };
                self.fault(front.places.span(), fault);
            }
            for place in front.places.iter() {
                self.index.townships.expect(place, self.file, self.problems);
                if !places.insert(place.get()) {
                    let (what, id) = ("the war".to_owned(), place.get().clone());
                    self.fault(place.span(), Fault::TwiceNamed { what, kind: "township", id });
                }
            }
            self.taker(front.challenger_takes.as_ref(), &politics.challenger, "challenger");
            self.taker(front.incumbent_takes.as_ref(), &politics.incumbent, "incumbent");
        }
    }

    /// What a side takes goes to one of its members.
    fn taker(&mut self, taker: Option<&At<String>>, of: &PoliticsSide, side: &'static str) {
        let Some(taker) = taker else { return };
        if self.index.actors.expect(taker, self.file, self.problems) && !of.members.contains(taker)
        {
            let id = taker.get().clone();
            self.fault(taker.span(), Fault::NotOnSide { id, side });
        }
    }
}
