"""Sentences and figures in another language than the source's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale, gettext
from jinja2 import Environment

from app.core import translations
from app.core.settings import ROOT
from app.core.web import formats


@pytest.fixture
def german(application: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application whose catalogue has one German sentence, made from the extracted one."""
    catalogue = read_po(translations.CATALOGUE.open("rb"), locale="de")
    catalogue["%(number)s min ago"].string = "vor %(number)s Min."
    place = tmp_path / "de" / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    app = Flask("german")
    translations.init_app(app)
    return app


def test_a_translated_sentence_is_shown_in_its_language(german: Flask) -> None:
    with german.test_request_context(), force_locale("de"):
        assert gettext("%(number)s min ago", number=3) == "vor 3 Min."
        assert gettext("just now") == "just now"


def test_a_message_s_template_has_the_translations_too(german: Flask) -> None:
    environment = Environment(autoescape=True)
    translations.add_to(environment)
    template = environment.from_string('{{ _("%(number)s min ago", number=number) }}')
    with german.test_request_context(), force_locale("de"):
        assert template.render(number="<3>") == "vor &lt;3&gt; Min."


def test_scripts_get_their_sentences_in_the_reader_s_language_and_none_in_english(
    german: Flask,
) -> None:
    with german.test_request_context(), force_locale("de"):
        assert translations.script_sentences() == {"%(number)s min ago": "vor %(number)s Min."}
    with german.test_request_context(), force_locale("en"):
        assert translations.script_sentences() == {}


def test_figures_follow_the_language(german: Flask) -> None:
    with german.test_request_context(), force_locale("de"):
        assert formats.money(113628, "EUR") == "1.136,28\N{NO-BREAK SPACE}€"
        assert formats.quantity(1250.5, "kg") == "1.250,5 kg"


def test_the_catalogue_is_extracted_without_any_settings(tmp_path: Path) -> None:
    before = translations.CATALOGUE.read_bytes()
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "translations", "extract"]
    extracted = subprocess.run(
        command, cwd=ROOT, env={"MAKEREADY_HOME": str(tmp_path)}, capture_output=True, text=True
    )
    assert extracted.returncode == 0, extracted.stderr
    assert translations.CATALOGUE.read_bytes() == before
