#include "figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include <resdyn/core/error.hpp>

namespace resdyn::figures {

namespace {

std::size_t columns_of(Mark mark) {
    switch (mark) {
        case Mark::Line:
        case Mark::Points:
            return 2;
        case Mark::Band:
        case Mark::Bars:
        case Mark::ErrorBars:
        case Mark::Cells:
        case Mark::Raster:
            return 3;
        case Mark::Arrows:
            return 5;
    }
    return 0;
}

std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    }
    return quoted + "\"";
}

/// The columns of a series as the CSV has them: what is drawn, then what stands beside it.
std::vector<const Column*> all_columns(const Series& series) {
    std::vector<const Column*> columns;
    for (const Column& column : series.columns) {
        columns.push_back(&column);
    }
    for (const Column& column : series.beside) {
        columns.push_back(&column);
    }
    return columns;
}

/// Beyond a fixed end of the axis by more than rounding.
bool is_outside(const Axis& axis, double value) {
    const double low = axis.to < axis.from ? axis.to : axis.from;
    const double high = axis.to < axis.from ? axis.from : axis.to;
    constexpr double rounding = 1e-12;
    return value < low - rounding * std::abs(low) || value > high + rounding * std::abs(high);
}

}  // namespace

std::string hidden_note(const Figure& figure) {
    Index outside = 0;
    Index not_positive = 0;
    for (const Panel& panel : figure.panels) {
        std::set<std::pair<std::string, double>> seen;  // a curve and its points are one thing
        for (const Series& series : panel.series) {
            if (series.mark == Mark::Cells || series.mark == Mark::Raster) {
                continue;
            }
            const bool measured = series.mark == Mark::Points || series.mark == Mark::Bars ||
                                  series.mark == Mark::ErrorBars;
            // Bars and bands have both ends along y; a bar's lower end is its foot.
            const std::size_t top = series.mark == Mark::Bars ? 2 : 1;
            const std::vector<double>& x = series.columns[0].values;
            const std::vector<double>& y = series.columns[top].values;
            for (std::size_t k = 0; k < x.size(); ++k) {
                const bool lost = (panel.x.log && x[k] <= 0) || (panel.y.log && y[k] <= 0);
                not_positive += lost && seen.emplace(series.name, x[k]).second ? 1 : 0;
                outside +=
                    !lost && measured && (is_outside(panel.x, x[k]) || is_outside(panel.y, y[k]))
                        ? 1
                        : 0;
            }
        }
    }
    std::string note;
    if (outside > 0) {
        note += fmt::format("{} {} outside the axes.", outside,
                            outside == 1 ? "value lies" : "values lie");
    }
    if (not_positive > 0) {
        note += fmt::format("{}{} {} not positive and cannot stand on a logarithmic axis.",
                            note.empty() ? "" : " ", not_positive,
                            not_positive == 1 ? "value is" : "values are");
    }
    return note;
}

void validate(const Figure& figure) {
    const bool plain =
        !figure.id.empty() &&
        figure.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
    if (!plain) {
        reject_argument("figure", "an id of a-z, 0-9 and -", figure.id);
    }
    if (figure.panels.empty()) {
        reject_argument(figure.id, "at least one panel", "none");
    }
    for (const Panel& panel : figure.panels) {
        for (const Series& series : panel.series) {
            const bool whole =
                series.columns.size() == columns_of(series.mark) &&
                std::all_of(series.columns.begin(), series.columns.end(),
                            [&](const Column& c) {
                                return c.values.size() == series.columns.front().values.size();
                            }) &&
                std::all_of(series.beside.begin(), series.beside.end(), [&](const Column& c) {
                    return c.values.size() == series.columns.front().values.size();
                });
            if (!whole) {
                reject_argument(figure.id,
                                fmt::format("{} columns of one length in series '{}'",
                                            columns_of(series.mark), series.name),
                                fmt::format("{}, or unequal lengths", series.columns.size()));
            }
        }
    }
}

std::vector<std::string> csv_columns(const Figure& figure) {
    std::vector<std::string> names;
    for (const Panel& panel : figure.panels) {
        for (const Series& series : panel.series) {
            for (const Column* column : all_columns(series)) {
                if (std::find(names.begin(), names.end(), column->name) == names.end()) {
                    names.push_back(column->name);
                }
            }
        }
    }
    return names;
}

std::string figure_csv(const Figure& figure) {
    validate(figure);
    const std::vector<std::string> names = csv_columns(figure);
    const bool several = figure.panels.size() > 1;
    std::string csv = several ? "panel,series" : "series";
    for (const std::string& name : names) {
        csv += ',';
        csv += csv_field(name);
    }
    csv += '\n';
    for (std::size_t p = 0; p < figure.panels.size(); ++p) {
        for (const Series& series : figure.panels[p].series) {
            std::vector<const Column*> sources;
            for (const std::string& name : names) {
                const std::vector<const Column*> columns = all_columns(series);
                const auto found =
                    std::find_if(columns.begin(), columns.end(),
                                 [&](const Column* column) { return column->name == name; });
                sources.push_back(found == columns.end() ? nullptr : *found);
            }
            const std::string head =
                (several ? fmt::format("{},", p + 1) : std::string()) + csv_field(series.name);
            for (std::size_t row = 0; row < series.columns.front().values.size(); ++row) {
                csv += head;
                for (const Column* source : sources) {
                    csv += ',';
                    if (source != nullptr && !std::isnan(source->values[row])) {
                        fmt::format_to(std::back_inserter(csv), "{:.17g}", source->values[row]);
                    }
                }
                csv += '\n';
            }
        }
    }
    return csv;
}

Index legend_entries(const Panel& panel) {
    return std::count_if(panel.series.begin(), panel.series.end(), [](const Series& series) {
        return !series.legend.empty() && !series.columns.front().values.empty();
    });
}

double text_width(std::string_view text, double size) {
    constexpr double letter = 0.8;
    double longest = 0.0;
    double width = 0.0;
    for (const char c : text) {
        if (c == '\n') {
            width = 0.0;
        } else if (c != '{' && c != '}' && c != '_' && c != '^' &&
                   (static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
            width += letter * size;
        }
        longest = std::max(longest, width);
    }
    return longest;
}

double tick_step(double span, int most) {
    const double decade = std::pow(10.0, std::floor(std::log10(span / most)));
    for (const double step : {1.0, 2.0, 5.0}) {
        if (step * decade * most >= span) {
            return step * decade;
        }
    }
    return 10.0 * decade;
}

std::vector<Tick> index_ticks(Index count) {
    constexpr Index most_named = 10;
    std::vector<Tick> ticks;
    for (Index k = 0; k < count && count <= most_named; ++k) {
        ticks.push_back({static_cast<double>(k), fmt::format("{}", k)});
    }
    return ticks;
}

std::string palette_colour(Index k) {
    static constexpr std::array<const char*, 8> colours = {
        "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#000000", "#F0E442"};
    return colours[static_cast<std::size_t>(k) % colours.size()];
}

std::string class_colour(Index k) {
    static constexpr std::array<const char*, 10> colours = {
        "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255",
        "#0072B2", "#D55E00", "#F0E442", "#999999", "#000000"};
    return colours[static_cast<std::size_t>(k) % colours.size()];
}

}  // namespace resdyn::figures
