"""The door that plugins come in by: what is installed, what may act, what it says of itself."""

from embedcurate.plugins.consent import (
    POLICY,
    WARNING,
    Policy,
    allow,
    config_folder,
    forbid,
    is_allowed,
    policy,
)
from embedcurate.plugins.looking import Seen, look
from embedcurate.plugins.offers import KINDS, Offer, State, offered, offers, offers_of
from embedcurate.plugins.plugin import Plugin

__all__ = [
    "KINDS",
    "POLICY",
    "WARNING",
    "Offer",
    "Plugin",
    "Policy",
    "Seen",
    "State",
    "allow",
    "config_folder",
    "forbid",
    "is_allowed",
    "look",
    "offered",
    "offers",
    "offers_of",
    "policy",
]
