//! The system under test: contracts deployed from artifacts as `heist.toml` declares, the roles that they play, the actors, and
//! the frozen base state. Knows machines; must not know campaigns.

mod model;

pub use model::{
    Actor, ActorKind, Artifact, Bytecode, CampaignSettings, Contract, Economics, FeedMove, Function, InvariantSource,
    Judgement, LinkSite, Origin, Place, Protocol, RoleBinding, RoleView, Severity,
};
