"""The way out: items written as a list or a folder that other programs read."""

from functools import partial
from pathlib import Path

from platformdirs import user_documents_dir
from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..items import Rows
from ..jobs.model import Job, State
from ..jobs.wording import progress
from ..session import Document, Session
from ..theme import GAP_PX, PAD_PX, WIDE_PX, Banner, Type, label
from .formats import FormatList
from .forms import Form
from .model import Format, Plan, ShareError, Source, first_rows, preview_of, sources, suffixed
from .options import Options
from .preview import PreviewTable
from .wording import format_text, notes_on, source_name, summed_up, written

__all__ = ["ExportDialog"]

_PAUSE_MS = 300
_PREVIEW = 50
_FEW = 20_000
"""Up to so many items the worker that answers the window counts them too; more take seconds."""


class ExportDialog(QDialog):
    """Asks what is written, how and where, and says before what that gives.

    Each choice is followed by a dry run, which counts what would be written.

    Parameters
    ----------
    selection : the name of the selection to begin with.
    """

    def __init__(
        self, session: Session, parent: QWidget | None = None, *, selection: str = ""
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._question, self._to = 0, "items"
        self._closed = False
        self._job: Job | None = None
        self._written: Path | None = None
        self._sources = sources(session)
        self.setWindowTitle(self.tr("Export"))
        self._make()
        self._lay_out()
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._try)
        self.what.currentIndexChanged.connect(self._source_changed)
        self.formats.chosen.connect(self._format_changed)
        self.out.textChanged.connect(self._changed)
        self.options.changed.connect(self._changed)
        self.overwrite.toggled.connect(self._changed)
        self.finished.connect(self._end)
        self._form.setRowVisible(self.overwrite, False)
        names = [one.name for one in self._sources]
        if selection in names:
            self.what.setCurrentIndex(names.index(selection))
        self._source_changed()
        self._format_changed()
        self._listing = session.ask("formats", {}, self._know_plugins, to="search")

    def _make(self) -> None:
        self.what = QComboBox()
        self.what.setAccessibleName(self.tr("What"))
        for source in self._sources:
            self.what.addItem(source_name(source))
        self.formats = FormatList()
        self.about = label(tone="soft", wrap=True)
        self.out = QLineEdit()
        self.out.setAccessibleName(self.tr("Where"))
        collection = self._session.collection
        name = collection.name if collection else "export"
        documents = Path(user_documents_dir())
        into = documents if documents.is_dir() else Path.home()
        self.out.setText(str(into / f"{name}-export.csv"))
        self.browse = QPushButton(self.tr("Choose\u2026"))
        self.browse.setAccessibleName(self.tr("Choose where"))
        self.browse.setAutoDefault(False)
        self.browse.clicked.connect(self._browse)
        self.overwrite = QCheckBox(self.tr("Replace what is there"))
        self.overwrite.setAccessibleName(self.overwrite.text())
        self.preview = PreviewTable()
        self.sum = label("", Type.TITLE)
        self.notes = label(kind=Type.SMALL, wrap=True)
        self.banner = Banner()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.bar.hide()
        self.write = QPushButton(self.tr("Export"))
        self.write.setAccessibleName(self.tr("Export"))
        self.write.setDefault(True)
        self.write.clicked.connect(self.export)
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setAccessibleName(self.tr("Close"))
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        self.banner.acted.connect(self._open_folder)

    def _lay_out(self) -> None:
        where = QHBoxLayout()
        where.setSpacing(GAP_PX)
        where.addWidget(self.out, 1)
        where.addWidget(self.browse)
        form = Form()
        form.row(self.tr("What"), self.what)
        form.row(self.tr("Where"), where)
        form.row("", self.overwrite)
        self._form = form
        channels = [one["name"] for one in self._session.about.get("channels", ())]
        self.options = Options(form, channels)
        right = QVBoxLayout()
        right.setSpacing(GAP_PX)
        right.addWidget(self.about)
        right.addLayout(form)
        right.addSpacing(GAP_PX)
        right.addWidget(self.preview, 1)
        columns = QHBoxLayout()
        columns.setSpacing(WIDE_PX)
        columns.addWidget(self.formats)
        columns.addLayout(right, 1)
        foot = QHBoxLayout()
        foot.setSpacing(GAP_PX)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(self.sum)
        said.addWidget(self.notes)
        foot.addLayout(said, 1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.write)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD_PX, PAD_PX, PAD_PX, PAD_PX)
        column.setSpacing(PAD_PX)
        column.addLayout(columns, 1)
        column.addWidget(self.banner)
        column.addWidget(self.bar)
        column.addLayout(foot)
        self.resize(820, 600)

    @property
    def source(self) -> Source | None:
        """What is to be written, None if there is nothing."""
        at = self.what.currentIndex()
        return self._sources[at] if 0 <= at < len(self._sources) else None

    @property
    def plan(self) -> Plan | None:
        """The export as it is chosen, None while something lacks or can't be read."""
        if self.source is None or not self.out.text().strip():
            return None
        out = str(Path(self.out.text().strip()).expanduser())
        plan = Plan(self.source, self.formats.kind.name, out, overwrite=self.overwrite.isChecked())
        try:
            self.options.apply(plan)
        except ShareError:
            return None
        return plan

    def export(self) -> None:
        """Write it, as a job; the dialog shows how far it is."""
        plan = self.plan
        if plan is None or self._job is not None:
            return
        self._pause.stop()
        self._forget()
        self.banner.hide()
        title = self.tr("Export {:,} items").format(plan.source.count)
        self._job = self._session.run("export", plan.arguments, title)
        self._job.changed.connect(self._follow)
        self._job.over.connect(self._over)
        self._follow()

    def _source_changed(self) -> None:
        source = self.source
        if source is None:
            self.sum.setText(self.tr("There is nothing to export yet."))
            self.write.setEnabled(False)
            return
        first_rows(self._session, source, _PREVIEW, partial(self._preview, source))
        self._changed()

    def _preview(self, source: Source, rows: Rows) -> None:
        if not self._closed and source is self.source:
            self.preview.show_rows(preview_of(self._session.items, rows))

    def _format_changed(self) -> None:
        kind = self.formats.kind
        self.about.setText(format_text(kind))
        self.options.fit(kind.name)
        self.out.setText(suffixed(self.out.text().strip(), kind, self.formats.known))
        self._changed()

    def _know_plugins(self, document: Document) -> None:
        if not self._closed:
            for told in document["formats"]:
                self.formats.add(Format.of_plugin(told))

    def _changed(self) -> None:
        if self._job is None:
            self.write.setEnabled(False)
            self._pause.start()

    def _try(self) -> None:
        plan = self.plan
        self._forget()
        if plan is None:
            self.sum.setText("")
            return
        self.sum.setText(self.tr("Counting\u2026"))
        arguments = {**plan.arguments, "dry_run": True}
        self._to = "items" if plan.source.count <= _FEW else "search"
        self._question = self._session.ask(
            "export", arguments, self._tried, failed=self._refused, to=self._to
        )

    def _forget(self) -> None:
        self._session.forget(self._question, to=self._to)

    def _tried(self, report: Document) -> None:
        if self._job is not None:
            return
        self.banner.hide()
        self._tell(report)
        self.write.setEnabled(report["items"] > 0)
        self._form.setRowVisible(self.overwrite, self.overwrite.isChecked())

    def _tell(self, report: Document) -> None:
        self.sum.setText(summed_up(report))
        self.notes.setText(notes_on(report))
        self.notes.setVisible(bool(self.notes.text()))

    def _refused(self, sentence: str) -> None:
        if self._job is not None:
            return
        self.sum.setText("")
        self.notes.hide()
        self.write.setEnabled(False)
        there = Path(self.out.text().strip()).expanduser().exists()
        self._form.setRowVisible(self.overwrite, there or self.overwrite.isChecked())
        self.banner.say("warning", sentence)

    def _follow(self) -> None:
        job = self._job
        if job is None:
            return
        self.bar.show()
        self.bar.setRange(0, job.total or 0)
        self.bar.setValue(min(job.done, job.total or 0))
        self.sum.setText(progress(job))
        self.write.setEnabled(False)
        self.close_button.setText(self.tr("Close") if job.state.is_over else self.tr("Hide"))

    def _over(self) -> None:
        job, self._job = self._job, None
        if job is None:
            return
        self.bar.hide()
        if job.state is State.DONE and job.result is not None:
            self._tell(job.result)
            self._written = Path(job.result["path"])
            self.banner.say(
                "warning" if job.result["failed"] else "info",
                written(job.result),
                self.tr("Open folder"),
            )
            return
        self._written = None
        self.sum.setText("")
        self._changed()
        if job.error and job.state is State.FAILED:
            self._pause.stop()
            self._refused(job.error)

    def _open_folder(self) -> None:
        if self._written is not None:
            folder = self._written if self._written.is_dir() else self._written.parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _browse(self) -> None:
        kind = self.formats.kind
        dialog = QFileDialog(self, self.tr("Where to export to"), self.out.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # the dry run says it
        dialog.selectFile(self.out.text())
        dialog.fileSelected.connect(
            lambda path: self.out.setText(suffixed(path, kind, self.formats.known))
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _end(self) -> None:
        self._closed = True
        self._pause.stop()
        self._forget()
        self._session.forget(self._listing, to="search")
        if self._job is not None:
            self._job.changed.disconnect(self._follow)
            self._job.over.disconnect(self._over)
            self._job = None
        self.deleteLater()
