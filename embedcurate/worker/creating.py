"""The verbs before a collection is made: which spaces there are, and what sources hold."""

from pathlib import Path

from embedcurate.progress import Progress
from embedcurate.worker.state import Arguments, Document, Worker

__all__ = ["checks", "folders", "formats", "look", "news", "permit", "plugins", "spaces"]


def look(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Look at sources: what is in them, and which captions, labels and splits they bring."""
    from embedcurate import indexing

    sources = [Path(source) for source in arguments["sources"]]
    return indexing.look(sources, progress=progress, **arguments.given("limit")).as_document()


def news(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Count the files in a collection's sources that are no items yet."""
    from embedcurate.indexing.news import count_new

    return {"new": count_new(worker.collection(arguments), progress=progress)}


def folders(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """List the folders of sources, at most `most`, and when one of them last changed."""
    from embedcurate.indexing.news import folders_of

    sources = [Path(source) for source in arguments["sources"]]
    found = folders_of(sources, most=arguments["most"], progress=progress)
    return {
        "folders": [str(folder) for folder, _ in found],
        "changed_s": max((changed_s for _, changed_s in found), default=0.0),
    }


def spaces(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """List the spaces that are installed, and what each one needs."""
    from embedcurate.spaces.registry import survey

    return {"spaces": survey(progress=progress)}


def plugins(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """List the plugins that are installed, what each one brings, and whether it may act."""
    from embedcurate.plugins import look, offers

    return {"plugins": [seen.as_document() for seen in look(offers(), progress)]}


def permit(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Let the plugins of a `package` act in the version that is installed, or no more."""
    from embedcurate.plugins import allow, forbid, offers_of

    offer = offers_of(arguments["package"])[0]
    if arguments.get("allow", True):
        allow(offer.package, offer.version)
    else:
        forbid(offer.package)
    return {"package": offer.package, "version": offer.version}


def checks(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """List the checks of quality that plugins bring, and what is in the way of each."""
    from embedcurate.plugins import look, offers
    from embedcurate.quality.asking import GROUP

    return {"checks": [seen.as_document() for seen in look(offers((GROUP,)), progress)]}


def formats(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """List the formats that plugins bring and that can be used."""
    from embedcurate.export.exporters import GROUP
    from embedcurate.plugins import State, look, offers

    found = look(offers((GROUP,)), progress)
    return {
        "formats": [
            {"name": one.offer.name, **one.document} for one in found if one.state is State.READY
        ]
    }
