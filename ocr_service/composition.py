"""The one module that names concrete stores, engines and workers.

Each is imported where it is built: who only looks something up loads neither a picture library nor an OCR runtime, and who has no
S3 server or no Temporal does not pay for its client.
"""

import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

from models.access import EVERYTHING
from models.errors import InvalidSetting
from ocr_service.activity import Activity
from ocr_service.closed_process import close_to_others
from ocr_service.decoding.decoder import Decoder
from ocr_service.index_place import index_place, outbox_place
from ocr_service.indexing import ArchiveIndex
from ocr_service.jobs import JobQueue
from ocr_service.seal_key import read_seal_key
from ocr_service.service import ArchiveService, Reader
from ocr_service.settings import S3, Settings
from storage.activity_log import ActivityLog
from storage.archive import InvoiceArchive
from storage.catalogue.batches import Batches
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.log_index import LogIndex
from storage.catalogue.queue import LeaseQueue
from storage.object_store import ObjectStore

if TYPE_CHECKING:
    from ocr_service.engines.weights import Weights
    from ocr_service.keeping import ProcessWorkers
    from ocr_service.ports import TextRecognizer
    from ocr_service.workers import Run


def build_service(settings: Settings, *, create: bool = True, renew: bool = False) -> ArchiveService:
    """Open archive and catalogue as the settings say; the OCR engine is only loaded when something is read.

    `create` makes a new archive where there is none; commands that only look leave the place alone. With `renew` the catalogue
    is not touched, however damaged: `ArchiveIndex.rebuild` makes it anew. From then on no other process of the same user, such as
    a broken child that opens files, reads this one's keys.

    Raises:
        InvalidSetting, NotAnArchive, StoreUnavailable, CatalogueUnavailable.
    """
    close_to_others()
    store = build_store(settings)
    archive = InvoiceArchive(store)
    archive.open(create=create)
    place = index_place(settings)
    catalogue = Catalogue(place.url)
    is_new = False
    if not renew:
        if not place.is_beside and next(archive.digests(), None) is not None:
            # An archive whose catalogue was lost must not look like an empty one: this raises and says to rebuild.
            catalogue.counts(EVERYTHING)
        is_new = catalogue.migrate()
    queue = build_queue(settings, catalogue)
    decoder = build_decoder(settings)
    index = ArchiveIndex(archive, catalogue, queue, decoder.media_type, is_named=bool(settings.database))
    if not renew:
        index.require_own(create=create and not place.is_beside)
        if is_new:
            index.compare_all()
        else:
            index.compare_some()
    activity = Activity(ActivityLog(store), LogIndex(catalogue))
    if create and not renew:
        activity.heal_if_possible()
    return ArchiveService(
        archive=archive,
        catalogue=catalogue,
        queue=queue,
        batches=Batches(catalogue),
        index=index,
        activity=activity,
        decoder=decoder,
        reader=cache(lambda: build_reader(settings)),
        weights_ready=lambda: _weights_stand(settings),
    )


def build_queue(settings: Settings, catalogue: Catalogue) -> JobQueue:
    """The queue in the catalogue's own database, handed out by Temporal when `temporal` names a server."""
    if not settings.temporal:
        return LeaseQueue(catalogue)
    from ocr_service.temporal.queue import TemporalQueue

    return TemporalQueue(catalogue, settings)


def build_store(settings: Settings) -> ObjectStore:
    """The object store that `archive` names, mirrored where `mirror` names a second place."""
    first = build_place(settings, settings.archive)
    if not settings.mirror:
        return first
    from storage.mirror_outbox import MirrorOutbox
    from storage.mirrored import MirroredStore

    outbox = MirrorOutbox(outbox_place(settings), settings.mirror)
    return MirroredStore(first, build_mirror(settings), outbox, later=settings.mirror_mode == "later", follow=True)


def build_mirror(settings: Settings) -> ObjectStore:
    """The second place alone."""
    return build_place(mirror_settings(settings), settings.mirror)


def mirror_settings(settings: Settings) -> Settings:
    """The settings with what the mirror has of its own, an S3 server or a seal key, in the place of the archive's."""
    if settings.mirror_seal_key:
        settings = replace(settings, seal_key="" if settings.mirror_seal_key == "none" else settings.mirror_seal_key)
    if not settings.mirror_s3_endpoint:
        return settings
    return replace(
        settings,
        s3_endpoint=settings.mirror_s3_endpoint,
        s3_access_key=settings.mirror_s3_access_key,
        s3_secret_key=settings.mirror_s3_secret_key,
        s3_region=settings.mirror_s3_region,
    )


def build_place(settings: Settings, where: str) -> ObjectStore:
    """The store at a place, written as `archive` is, sealed where the settings have a key for it. Each place has its own seal: a mirror
    compares what they hold, and one that is sealed differently, or not at all, is a copy all the same."""
    place = _build_clear_place(settings, where)
    return _sealed(place, settings) if settings.seal_key else place


def build_copies(settings: Settings, source: str, target: str, *, seal: bool | None) -> tuple[ObjectStore, ObjectStore]:
    """Both ends of a copy. What is sealed is opened; a new target is sealed as `seal` says, or else as the source is."""
    from storage.sealed import is_sealed

    ends = _build_clear_place(settings, source), _build_clear_place(mirror_settings(settings), target)
    sealed = is_sealed(ends[0])
    first = _sealed(ends[0], settings) if sealed else ends[0]
    InvoiceArchive(first).open(create=False)  # before anything is made at the target
    ends[1].prepare()
    target_sealed = is_sealed(ends[1]) or (sealed if seal is None else seal)
    return first, _sealed(ends[1], mirror_settings(settings)) if target_sealed else ends[1]


def rotate_seal(settings: Settings) -> tuple[str, ...]:
    """Change the key of the archive, and of its mirror where that has no key of its own; the places whose key was changed.

    Raises:
        InvalidSetting: a key is missing, or is not the archive's.
    """
    from storage.sealed import SealedStore

    after = read_seal_key(settings.next_seal_key, "PIAOGEN_NEXT_SEAL_KEY")
    places = {settings.archive: build_place(settings, settings.archive)}
    if settings.mirror and not settings.mirror_seal_key:
        places[settings.mirror] = build_mirror(settings)
    for place in places.values():
        if not isinstance(place, SealedStore):
            raise InvalidSetting("PIAOGEN_SEAL_KEY is empty: name the key that the archive has now")
        place.rotate(after)
    return tuple(places)


def _sealed(place: ObjectStore, settings: Settings) -> ObjectStore:
    from storage.sealed import SealedStore

    return SealedStore(place, read_seal_key(settings.seal_key, "PIAOGEN_SEAL_KEY"))


def _build_clear_place(settings: Settings, where: str) -> ObjectStore:
    """What lies at a place, as it lies there; on S3 the server and keys are those of the settings."""
    if not where.startswith(S3):
        from storage.filesystem import FileSystemStore

        return FileSystemStore(Path(where).expanduser())
    from storage.s3 import S3Store

    bucket, _, prefix = where.removeprefix(S3).partition("/")
    keys = (settings.s3_access_key, settings.s3_secret_key)
    region, lock_years = settings.s3_region or None, settings.s3_lock_years
    return S3Store.connect(settings.s3_endpoint, *keys, bucket, prefix, region=region, lock_years=lock_years)


def build_decoder(settings: Settings) -> Decoder:
    """What opens strangers' files in processes of its own, none of them started yet."""
    return Decoder(max_bytes=settings.max_upload_bytes, max_pages=settings.max_pages)


def build_reader(settings: Settings) -> Reader:
    """The pipeline with its engine, weights brought when they are missing; one per process, it takes seconds and 350 MB.

    Raises:
        WeightsUnavailable, DigestMismatch.
    """
    from ocr_service.engines.orientation import PageOrientationClassifier
    from ocr_service.engines.qr import ZxingReader
    from ocr_service.pipeline import InvoicePipeline
    from ocr_service.stages.classification import ClassificationStage
    from ocr_service.stages.extraction import ExtractionStage
    from ocr_service.stages.reading import ReadingStage
    from ocr_service.stages.rendering import RenderingStage
    from ocr_service.stages.second_look import SecondLookStage
    from ocr_service.stages.verification import VerificationStage

    _hold_opencv_to_one_thread()
    weights = build_weights(settings)
    recognizer = build_recognizer(settings, weights)
    return InvoicePipeline(
        rendering=RenderingStage(),
        reading=ReadingStage(recognizer, PageOrientationClassifier(weights), ZxingReader()),
        classification=ClassificationStage(),
        extraction=ExtractionStage(),
        verification=VerificationStage(),
        recognizer=recognizer,
        second_look=SecondLookStage(recognizer, ExtractionStage()),
    )


def build_recognizer(settings: Settings, weights: "Weights") -> "TextRecognizer":
    """The OCR engine that `engine` names."""
    if settings.engine != "paddleocr":
        from ocr_service.engines.own import OwnRecognizer

        return OwnRecognizer(weights)
    from ocr_service.engines.paddle import PaddleRecognizer

    return PaddleRecognizer(weights)


def build_weights(settings: Settings) -> "Weights":
    """The weights in their folder, every hash checked."""
    from ocr_service.engines.weights import ensure_weights

    return ensure_weights(weights_folder(settings))


def build_workers(settings: Settings, count: int) -> "ProcessWorkers":
    """`count` worker processes over the same archive, not started yet."""
    from ocr_service.keeping import ProcessWorkers

    return ProcessWorkers(settings, count, build_service, worker_process(settings))


def worker_process(settings: Settings) -> "Run":
    """What a worker process does from start to end: its queue is the one that the settings name."""
    if not settings.temporal:
        from ocr_service.workers import run_worker

        return run_worker
    from ocr_service.temporal.worker import run_temporal_worker

    return run_temporal_worker


def weights_folder(settings: Settings) -> Path:
    """Where the weights are kept."""
    return Path(settings.weights).expanduser() if settings.weights else user_cache_path("piaogen") / "weights"


def worker_count(settings: Settings) -> int:
    """How many worker processes `piaogen serve` runs: as many as set, else one per core."""
    return settings.workers if settings.workers >= 0 else os.cpu_count() or 1


def _weights_stand(settings: Settings) -> bool:
    from ocr_service.engines.weights import weights_stand

    return weights_stand(weights_folder(settings))


def _hold_opencv_to_one_thread() -> None:
    """Uploads and worker processes run side by side already: threads of OpenCV's own would wait for each other, and burn time at it."""
    import cv2

    cv2.setNumThreads(1)
