"""Templates of pages: what is put in is escaped, and what is forgotten is an error."""

import jinja2
import pytest

from bmt_tf._pages import page_environment


def test_names_of_the_user_cannot_end_a_page():
    assert page_environment("bmt_tf.report").from_string("{{ name }}").render(name="<b>") == "&lt;b&gt;"


def test_what_is_not_given_is_named():
    with pytest.raises(jinja2.UndefinedError, match="'name' is undefined"):
        page_environment("bmt_tf.report").from_string("{{ name }}").render()
