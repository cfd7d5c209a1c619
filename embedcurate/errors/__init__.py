"""The exceptions that embedcurate raises on purpose.

Every message is a sentence that says what happened, to which file or setting, and what to do.

    EmbedcurateError
    ├── Cancelled                   the user stopped the work
    ├── SourceError                 a folder, list or table that items come from
    │   ├── SourceNotFound
    │   └── UnreadableSource
    ├── MediaError                  one file that can't be used: an outcome, never the end of a run
    │   ├── UnsupportedMedium       not a picture, sound or text that we read: outcome `skipped`
    │   ├── DamagedMedium           outcome `failed`
    │   ├── MediumTooLarge          over a limit that keeps memory bounded: outcome `failed`
    │   ├── UnusableVector          its encoder gave no unit vector: outcome `failed`
    │   └── UnreadableMedium        the disk or its permissions are in the way: outcome `failed`
    │       └── MediumMissing       it vanished since it was found: outcome `missing`
    ├── SpaceError                  encoders and their weights
    │   ├── UnknownSpace
    │   ├── SpaceUnavailable
    │   ├── SpaceOptionError
    │   ├── DeviceError
    │   ├── WeightsError            a file of weights that can't be used, or can't be fetched
    │   ├── BridgeError             texts that two spaces can't be aligned by
    │   ├── ServiceError            a service on the network that encodes, and does not
    │   ├── ConsentNeeded           media would leave this machine
    │   └── NoRoute
    ├── PluginError                 what other packages bring
    │   ├── UnknownPlugin
    │   └── PluginUnavailable
    ├── CollectionError             the store
    │   ├── NotACollection
    │   ├── FolderNotEmpty
    │   ├── CollectionVersionError
    │   ├── CollectionLocked
    │   ├── CollectionReadOnly
    │   ├── CollectionDamaged
    │   ├── DiskFull
    │   ├── HardLinksUnsupported
    │   ├── SpaceMismatch
    │   ├── StorageMismatch
    │   ├── UnknownItem
    │   └── UnknownSelection
    ├── QueryError                  a query or filter that can't be understood
    │   ├── UnknownFilter
    │   └── UnknownState
    ├── ResultMissing               a filter that needs an analysis which has not been run
    ├── RecipeError                 a recipe that can't be read
    │   └── RecipeNeeds             it names a run, tag or item that the collection lacks
    └── ExportError
        └── TargetExists
"""

from embedcurate.errors.asking import (
    ExportError,
    QueryError,
    RecipeError,
    RecipeNeeds,
    ResultMissing,
    TargetExists,
    UnknownFilter,
    UnknownState,
)
from embedcurate.errors.base import Cancelled, EmbedcurateError
from embedcurate.errors.collections import (
    CollectionDamaged,
    CollectionError,
    CollectionLocked,
    CollectionReadOnly,
    CollectionVersionError,
    DiskFull,
    FolderNotEmpty,
    HardLinksUnsupported,
    NotACollection,
    SpaceMismatch,
    StorageMismatch,
    UnknownItem,
    UnknownSelection,
)
from embedcurate.errors.media import (
    DamagedMedium,
    MediaError,
    MediumMissing,
    MediumTooLarge,
    SourceError,
    SourceNotFound,
    UnreadableMedium,
    UnreadableSource,
    UnsupportedMedium,
    UnusableVector,
)
from embedcurate.errors.plugins import PluginError, PluginUnavailable, UnknownPlugin
from embedcurate.errors.spaces import (
    BridgeError,
    ConsentNeeded,
    DeviceError,
    NoRoute,
    ServiceError,
    SpaceError,
    SpaceOptionError,
    SpaceUnavailable,
    UnknownSpace,
    WeightsError,
)

__all__ = [
    "BridgeError",
    "Cancelled",
    "CollectionDamaged",
    "CollectionError",
    "CollectionLocked",
    "CollectionReadOnly",
    "CollectionVersionError",
    "ConsentNeeded",
    "DamagedMedium",
    "DeviceError",
    "DiskFull",
    "EmbedcurateError",
    "ExportError",
    "FolderNotEmpty",
    "HardLinksUnsupported",
    "MediaError",
    "MediumMissing",
    "MediumTooLarge",
    "NoRoute",
    "NotACollection",
    "PluginError",
    "PluginUnavailable",
    "QueryError",
    "RecipeError",
    "RecipeNeeds",
    "ResultMissing",
    "ServiceError",
    "SourceError",
    "SourceNotFound",
    "SpaceError",
    "SpaceMismatch",
    "SpaceOptionError",
    "SpaceUnavailable",
    "StorageMismatch",
    "TargetExists",
    "UnknownFilter",
    "UnknownItem",
    "UnknownPlugin",
    "UnknownSelection",
    "UnknownSpace",
    "UnknownState",
    "UnreadableMedium",
    "UnreadableSource",
    "UnsupportedMedium",
    "UnusableVector",
    "WeightsError",
]
