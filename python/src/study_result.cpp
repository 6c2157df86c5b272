#include "study_result.hpp"

#include <algorithm>
#include <string>

#include <resdyn/core/error.hpp>

#include "arrays.hpp"
#include "figures/figure.hpp"

namespace resdyn::python {

namespace {

const char* mark_name(figures::Mark mark) {
    using figures::Mark;
    switch (mark) {
        case Mark::Line:
            return "line";
        case Mark::Points:
            return "points";
        case Mark::Band:
            return "band";
        case Mark::Bars:
            return "bars";
        case Mark::ErrorBars:
            return "error_bars";
        case Mark::Arrows:
            return "arrows";
        case Mark::Cells:
            return "cells";
        case Mark::Raster:
            return "raster";
    }
    return "unknown";
}

const char* map_name(figures::ColourMap map) {
    using figures::ColourMap;
    switch (map) {
        case ColourMap::Field:
            return "field";
        case ColourMap::Sequential:
            return "sequential";
        case ColourMap::Diverging:
            return "diverging";
        case ColourMap::Classes:
            return "classes";
    }
    return "unknown";
}

const char* legend_name(figures::Legend legend) {
    using figures::Legend;
    switch (legend) {
        case Legend::None:
            return "none";
        case Legend::TopLeft:
            return "upper left";
        case Legend::TopRight:
            return "upper right";
        case Legend::BottomLeft:
            return "lower left";
        case Legend::BottomRight:
            return "lower right";
        case Legend::Outside:
            return "outside";
        case Legend::Above:
            return "above";
        case Legend::Below:
            return "below";
    }
    return "none";
}

py::list column_data(const std::vector<figures::Column>& columns) {
    py::list list;
    for (const figures::Column& column : columns) {
        list.append(py::make_tuple(
            column.name, py::array_t<double>(static_cast<py::ssize_t>(column.values.size()),
                                             column.values.data())));
    }
    return list;
}

py::dict axis_data(const figures::Axis& axis) {
    py::list ticks;
    for (const figures::Tick& tick : axis.ticks) {
        ticks.append(py::make_tuple(tick.at, tick.label));
    }
    py::dict data;
    data["label"] = axis.label;
    data["from"] = axis.from;
    data["to"] = axis.to;
    data["log"] = axis.log;
    data["ticks"] = ticks;
    data["step"] = axis.step;
    return data;
}

py::dict series_data(const figures::Series& series) {
    const figures::Style& style = series.style;
    py::dict data;
    data["mark"] = mark_name(series.mark);
    data["name"] = series.name;
    data["legend"] = series.legend;
    data["columns"] = column_data(series.columns);
    data["beside"] = column_data(series.beside);
    data["colour"] = style.colour;
    data["width"] = style.width;
    data["dash"] = style.dash;
    data["symbol"] = style.symbol;
    data["size"] = style.size;
    data["opacity"] = style.opacity;
    data["halo"] = style.halo;
    return data;
}

py::dict panel_data(const figures::Panel& panel) {
    py::list series;
    for (const figures::Series& one : panel.series) {
        series.append(series_data(one));
    }
    py::list texts;
    for (const figures::Text& text : panel.texts) {
        texts.append(py::make_tuple(text.x, text.y, text.text));
    }
    py::dict colours;
    colours["map"] = map_name(panel.colours.map);
    colours["label"] = panel.colours.label;
    colours["from"] = panel.colours.from;
    colours["to"] = panel.colours.to;
    colours["shown"] = panel.colours.shown;
    colours["classes"] = panel.colours.classes;
    py::dict data;
    data["title"] = panel.title;
    data["x"] = axis_data(panel.x);
    data["y"] = axis_data(panel.y);
    data["colours"] = colours;
    data["legend"] = legend_name(panel.legend);
    data["equal_aspect"] = panel.equal_aspect;
    data["grid"] = panel.grid;
    data["frame"] = panel.frame;
    data["series"] = series;
    data["texts"] = texts;
    return data;
}

std::vector<std::string> kind_names(const CsvTable& table) {
    std::vector<std::string> names;
    for (const CsvTable::Kind kind : table.kinds()) {
        names.emplace_back(kind == CsvTable::Kind::Whole    ? "whole"
                           : kind == CsvTable::Kind::Number ? "number"
                                                            : "text");
    }
    return names;
}

}  // namespace

const Account& StudyResult::account() {
    const py::gil_scoped_release released;
    const std::lock_guard lock(mutex_);
    if (!account_) {
        account_ = make_();
    }
    return *account_;
}

py::dict figure_data(const figures::Figure& figure) {
    py::list panels;
    for (const figures::Panel& panel : figure.panels) {
        panels.append(panel_data(panel));
    }
    py::dict data;
    data["id"] = figure.id;
    data["title"] = figure.title;
    data["caption"] = figure.caption;
    data["width"] = figure.width;
    data["height"] = figure.height;
    data["panels_per_row"] = figure.panels_per_row;
    data["panels"] = panels;
    if (figure.margins) {
        const figures::Margins& m = *figure.margins;
        data["margins"] =
            py::make_tuple(m.left, m.right, m.bottom, m.top, m.between_x, m.between_y);
    } else {
        data["margins"] = py::none();
    }
    data["csv"] = figures::figure_csv(figure);
    return data;
}

void bind_study_result(py::module_& module) {
    py::class_<StudyResult>(module, "StudyResult")
        .def_property_readonly("study", &StudyResult::study)
        .def_property_readonly("json", [](StudyResult& self) { return self.account().json.dump(); })
        .def_property_readonly("words", [](StudyResult& self) { return self.account().words; })
        .def_property_readonly("sound", [](StudyResult& self) { return self.account().sound; })
        .def_property_readonly(
            "tables",
            [](StudyResult& self) {
                py::list list;
                for (const auto& [name, table] : self.account().tables) {
                    list.append(py::make_tuple(name, table.text(), kind_names(table)));
                }
                return list;
            })
        .def_property_readonly("figures", [](StudyResult& self) {
            py::list list;
            for (const figures::Figure& figure : self.account().figures) {
                list.append(figure_data(figure));
            }
            return list;
        });
}

}  // namespace resdyn::python
