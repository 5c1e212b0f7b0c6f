"""A link, a click on the map, a row of the table and the select box open the same unit."""

from __future__ import annotations

from app_text import text_of


def _click(at, group_id: str | None):
    points = [{"id": group_id}] if group_id else []
    at.session_state["map"] = {"selection": {"unit": points}}
    return at.run()


def test_a_click_fills_the_select_box_the_panel_and_the_address(open_app) -> None:
    at = _click(open_app("full", "map"), "operations-dispatch")
    assert at.selectbox(key="unit").value == "operations-dispatch"
    assert at.query_params["unit"] in ("operations-dispatch", ["operations-dispatch"])
    assert "Open Dispatch" in text_of(at)


def test_the_select_box_wins_over_an_older_click(open_app) -> None:
    at = _click(open_app("full", "map"), "operations-dispatch")
    at.selectbox(key="unit").select("sales-field-east").run()
    assert at.selectbox(key="unit").value == "sales-field-east"
    assert at.query_params["unit"] in ("sales-field-east", ["sales-field-east"])
    assert "Open Field East" in text_of(at)


def test_a_fresh_click_wins_over_the_select_box(open_app) -> None:
    at = open_app("full", "map", unit="sales-field-east")
    assert at.selectbox(key="unit").value == "sales-field-east"
    at = _click(at, "operations-dispatch")
    assert at.selectbox(key="unit").value == "operations-dispatch"


def test_a_click_beside_the_marks_closes_the_panel(open_app) -> None:
    at = _click(_click(open_app("full", "map"), "operations-dispatch"), None)
    assert at.selectbox(key="unit").value is None
    assert "unit" not in at.query_params
    assert "Select a mark" in text_of(at)


def test_a_click_on_what_is_not_there_opens_none(open_app) -> None:
    at = _click(open_app("full", "map"), "no-such-unit")
    assert not at.exception
    assert at.selectbox(key="unit").value is None


def test_a_row_of_the_table_opens_its_unit(open_app) -> None:
    at = open_app("full", "map")
    at.get_by_key("view").set_value("Table").run()
    names = list(at.dataframe[0].value["Group"])
    at.session_state["twin"] = {"selection": {"rows": [names.index("Fleet")], "columns": []}}
    at.run()
    assert at.selectbox(key="unit").value == "operations-fleet"
    assert "Open Fleet" in text_of(at)


def test_rows_that_are_not_shown_stand_last_a_to_z(open_app) -> None:
    at = open_app("full", "map")
    at.get_by_key("view").set_value("Table").run()
    table = at.dataframe[0].value
    hidden = table["Behaviour"] == "◇ Not shown"
    assert hidden.sum() == 6
    assert hidden.tail(6).all()
    names = list(table.loc[hidden, "Group"])
    assert names == sorted(names)


def test_the_choice_of_layer_changes_the_map_and_not_who_is_open(open_app) -> None:
    at = open_app("full", "map", unit="operations-fleet")
    at.get_by_key("layer").set_value("perception").run()
    assert not at.exception
    assert at.selectbox(key="unit").value == "operations-fleet"
