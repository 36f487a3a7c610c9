"""What is built of the repository has all that users, and those who change it, are told of."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from parallel_animate import __version__
from tests.scripts import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
HATCH = PROJECT["tool"]["hatch"]
REPOSITORY = PROJECT["project"]["urls"]["Repository"]
RAW = REPOSITORY.replace("github.com", "raw.githubusercontent.com")


def slugs(page: str) -> set[str]:
    """Return the names that links give to a page's headings."""
    text = (ROOT / page).read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def on_the_index() -> str:
    """Return the README as the package index shows it."""
    hook = HATCH["metadata"]["hooks"]["fancy-pypi-readme"]
    text = "".join(
        (ROOT / fragment["path"]).read_text(encoding="utf-8") for fragment in hook["fragments"]
    )
    for each in hook["substitutions"]:
        text = re.sub(each["pattern"], each["replacement"], text)
    return text


def test_every_link_of_the_readme_leads_somewhere_from_the_index_too() -> None:
    links = re.findall(r"\]\(([^)]*)\)", on_the_index())
    assert len(links) > 10
    for link in links:
        base, _, rest = link.partition("/main/")
        assert base in (f"{REPOSITORY}/blob", RAW), link
        path, _, section = rest.partition("#")
        assert (ROOT / path).exists(), link
        assert not section or section in slugs(path), link


def test_the_picture_of_the_readme_is_a_picture_on_the_index() -> None:
    assert re.search(rf"!\[.*\]\({RAW}/main/docs/img/demo\.gif\)", on_the_index())


def test_every_page_is_in_the_wheel() -> None:
    included = HATCH["build"]["targets"]["wheel"]["force-include"]
    pages = [f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))]
    assert included == {page: f"parallel_animate/{page}" for page in pages}


def test_the_source_distribution_has_what_contributors_are_told_to_run() -> None:
    included = HATCH["build"]["targets"]["sdist"]["include"]
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    commands = re.findall(r"(?:python -m |bash |pytest )(\.?\w+)", told)
    told_to_run = {f"/{each}" for each in commands if (ROOT / each).is_dir()}
    assert told_to_run >= {"/.ci", "/benchmarks", "/tests"}
    assert told_to_run <= set(included)


def test_messages_name_pages_that_can_be_read_where_they_are_printed() -> None:
    found = 0
    for path in (ROOT / "parallel_animate").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for page, section in re.findall(r"parallel-animate docs ([a-z-]+)(?:#([\w-]+))?", text):
            found += 1
            assert (ROOT / f"docs/{page}.md").is_file(), path
            assert not section or section in slugs(f"docs/{page}.md"), path
        said = [line for line in text.splitlines() if re.search(r"\bdocs/[\w-]+\.md", line)]
        assert not [line for line in said if not line.lstrip().startswith("#")], path
    assert found >= 3


def test_the_citation_names_this_version_and_this_place() -> None:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    fields = dict(re.findall(r"^([\w-]+): *(.*)$", text, re.MULTILINE))
    assert fields["version"] == __version__
    assert fields["repository-code"] == REPOSITORY
    assert fields["license"] == PROJECT["project"]["license"]
