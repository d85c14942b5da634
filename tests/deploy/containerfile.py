"""Runs the steps of deploy/Containerfile in a folder, for where there is no container engine.

Paths below /opt are below the folder. What pip would fetch is lent by this checkout's environment: the packages that
the lock names and no others, so that what is missing there is missing. Steps of the distribution (apt-get, useradd) are
told, not run.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from tests.support.needs import CHECKOUT

CONTAINERFILE = CHECKOUT / "deploy" / "Containerfile"
PIP = re.compile(r"(\S+/bin/python) -m pip install --require-hashes --no-deps(?: --target (\S+))? -r (\S+)")
REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    word: str
    text: str


def stages() -> list[list[Step]]:
    """The steps, stage by stage, each beginning with its FROM."""
    found: list[list[Step]] = []
    for line in CONTAINERFILE.read_text().splitlines():
        word, _, text = line.partition(" ")
        if word and not word.startswith("#"):
            if word == "FROM":
                found.append([])
            found[-1].append(Step(word, text.strip()))
    return found


def only(stage: list[Step], word: str) -> list[str]:
    return [step.text for step in stage if step.word == word]


@dataclass
class Built:
    """`folder` stands for the image's root; `told`: steps that were not run."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    directory: Path = Path("/")

    def inside(self, text: str) -> str:
        return re.sub(r"(?<![\w/])/(opt|srv)\b", rf"{self.folder}/\1", text)

    def environ(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"} | self.environment

    def do(self, step: Step) -> None:
        text = self.inside(step.text)
        match step.word:
            case "ENV":
                self.environment |= dict(pair.split("=", 1) for pair in shlex.split(text))
            case "WORKDIR":
                self.directory = Path(text)
                self.directory.mkdir(parents=True, exist_ok=True)
            case "COPY":
                self._copy(shlex.split(text))
            case "RUN" if text.startswith(("apt-get", "useradd")):
                self.told.append(step.text)
            case "RUN" if asked := PIP.fullmatch(text):
                lend(Path(asked[3]), Path(asked[2]) if asked[2] else None, Path(asked[1]).parents[1])
            case "RUN":
                done = subprocess.run(
                    ["sh", "-c", text],
                    cwd=self.directory,
                    env=self.environ(),
                    check=False,
                    capture_output=True,
                    text=True,
                )
                assert done.returncode == 0, (text, done.stdout, done.stderr)

    def _copy(self, words: list[str]) -> None:
        *sources, target = words
        place = self.directory / target
        for source in (CHECKOUT / name for name in sources):
            if source.is_dir():
                shutil.copytree(source, place, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
            else:
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, place)

    def keep_alone(self, places: list[str]) -> None:
        """What the second stage takes of the first, and nothing else."""
        wanted = {Path(self.inside(place)) for place in places}
        for found in (self.folder / "opt").iterdir():
            if found not in wanted:
                shutil.rmtree(found)
        assert {found for found in wanted if found.is_dir()} == wanted


def build(folder: Path) -> Built:
    built = Built(folder)
    first, last = stages()
    for step in first:
        built.do(step)
    built.keep_alone([shlex.split(text)[1] for text in only(last, "COPY")])
    for step in last:
        if step.word != "COPY":
            built.do(step)
    return built


def required(lock: Path) -> list[tuple[str, str, bool]]:
    """Names, versions, and whether every machine needs it: of some a line each for older and newer Pythons."""
    return [(name, version, ";" not in rest) for name, version, rest in REQUIREMENT.findall(lock.read_text())]


def lend(lock: Path, target: Path | None, environment: Path) -> None:
    """Puts the packages of `lock`, at its versions, where pip would put them."""
    site = target or next((environment / "lib").glob("python*/site-packages"))
    for name, version, is_needed in required(lock):
        try:
            found = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            assert not is_needed, f"{name} is not installed here"
            continue
        if found.version != version:
            assert not is_needed, f"{name} is {found.version} here"
            continue
        for path in found.files or ():
            _lend_file(Path(str(found.locate_file(path))), str(path), site, environment)


def _lend_file(source: Path, path: str, site: Path, environment: Path) -> None:
    if "__pycache__" in path or not source.exists():
        return
    if "/bin/" in path and path.startswith(".."):
        script = environment / "bin" / source.name
        if source.read_bytes()[:2] == b"#!":
            _first, _, rest = source.read_text().partition("\n")
            script.write_text(f"#!{environment}/bin/python\n{rest}")
            script.chmod(0o755)
        return
    if not path.startswith(".."):
        place = site / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            place.symlink_to(source)
