"""Every sentence for people goes through Flask-Babel: ``_()`` in templates and in functions.

What stands outside functions (labels of verbs, states, columns) is marked with ``_l()``: it is a `str`
like any other, and translated where it is shown.

`flask translations extract` writes ``messages.pot``, from which translators begin; English is the source.
"""

from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.support import NullTranslations
from flask import Flask, g, has_app_context, has_request_context
from flask_babel import get_domain, get_locale
from jinja2 import Environment, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from app.core.settings import ROOT

FOLDER = ROOT / "app" / "translations"
CATALOGUE = FOLDER / "messages.pot"
HEADER = "# The sentences of Makeready, written by `flask translations extract`."
ENGLISH = NullTranslations()
NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)


def _(sentence: str, /, **values: object) -> str:
    """Return `sentence` in the reader's language, with `values` in the places that name them."""
    text = str(_sentences().ugettext(sentence))
    return text % values if values else text


def _renew_words() -> None:
    from app.core.shop.reading import has_shop, region_locale

    if has_shop():
        region_locale()  # drops what this context keeps of a language that is no longer the shop's


def _sentences() -> Any:
    """Return the sentences of the reader's language; English ones outside the application."""
    if not has_app_context():
        return ENGLISH
    of_request = g._get_current_object()
    if not has_request_context():
        _renew_words()
    if "sentences" not in of_request:
        of_request.sentences = get_domain().get_translations()
    return of_request.sentences


@pass_eval_context
def _in_page(page: EvalContext, sentence: str, /, **values: object) -> str:
    """Return `sentence` for a template, with `values` escaped where the page is."""
    text: str = Markup(_(sentence)) if page.autoescape else _(sentence)  # nosec B704
    return text % values


class Declared(str):
    """An English sentence of a declaration, which says itself in the reader's language when shown."""

    __slots__ = ()

    def __str__(self) -> str:
        return _(str.__str__(self))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __html__(self) -> Markup:
        return escape(str(self))


def _l(sentence: str) -> str:
    """Mark `sentence` for translation where it is declared; return it, still English to code."""
    return Declared(sentence)


def init_app(app: Flask) -> None:
    """Set Flask-Babel up on `app` in the shop's locale and zone; a second call does nothing."""
    from flask_babel import Babel

    from app.core.shop.reading import region_locale, region_zone

    if "babel" in app.extensions:
        return
    Babel(
        app,
        default_translation_directories=str(FOLDER),
        locale_selector=region_locale,
        timezone_selector=region_zone,
    )
    add_to(app.jinja_env)


def add_to(environment: Environment) -> None:
    """Give the templates of `environment` ``_()``, ``ngettext()`` and ``{% trans %}``."""
    environment.add_extension("jinja2.ext.i18n")
    callables: Any = environment
    environment.globals["script_sentences"] = script_sentences
    callables.install_gettext_callables(
        lambda *found: _sentences().ugettext(*found),
        lambda *found: _sentences().ungettext(*found),
        newstyle=True,
        pgettext=lambda *found: _sentences().upgettext(*found),
        npgettext=lambda *found: _sentences().unpgettext(*found),
    )
    environment.globals["_"] = _in_page  # Jinja's own calls three functions for each sentence


def script_sentences() -> dict[str, str]:
    """Return the sentences that scripts say, English → the reader's language, where it has them."""
    if get_locale().language == "en":
        return {}
    translated = {sentence: _(sentence) for sentence in _sentences_of_scripts()}
    return {sentence: said for sentence, said in translated.items() if said != sentence}


@cache
def _sentences_of_scripts() -> tuple[str, ...]:
    """Return what the catalogue found in scripts."""
    from babel.messages.pofile import read_po

    with open(CATALOGUE, "rb") as file:
        found = list(read_po(file))
    return tuple(
        str(m.id) for m in found if any(name.endswith(".js") for name, _line in m.locations)
    )


def extract(root: Path = ROOT) -> bytes:
    """Return the catalogue of all marked sentences as ``.pot``, without lines and dates."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
    from babel.messages.frontend import parse_mapping_cfg
    from babel.messages.pofile import write_po

    with open(FOLDER / "babel.cfg", encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    catalogue = Catalog(project="Makeready", header_comment=HEADER, creation_date=NO_DATE)
    catalogue.revision_date = NO_DATE
    keywords: Any = DEFAULT_KEYWORDS | {"_l": None, "lazy_gettext": None}
    found = extract_from_dir(root, methods, options, keywords, ("Translators:",))
    for name, _line, message, comments, context in sorted(found, key=lambda one: one[:2]):
        catalogue.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    written = BytesIO()
    write_po(written, catalogue, include_lineno=False)
    return written.getvalue()
