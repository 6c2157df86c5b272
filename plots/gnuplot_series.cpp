#include "gnuplot_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace resdyn::plots {

using namespace figures;

namespace {

/// lc of a series; gnuplot counts transparency, 0 opaque to 255.
std::string colour(const Style& style) {
    const int clear = static_cast<int>(std::lround(255.0 * (1.0 - style.opacity)));
    return clear == 0 ? fmt::format("lc rgb '{}'", style.colour)
                      : fmt::format("lc rgb '#{:02X}{}'", clear, style.colour.substr(1));
}

/// Filled counterpart of an open symbol; filled ones stay.
int filled(int symbol) {
    return symbol >= 4 && symbol <= 14 && symbol % 2 == 0 ? symbol + 1 : symbol;
}

bool is_constant(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [&](double v) { return v == values.front(); });
}

}  // namespace

std::string gnuplot_string(std::string_view text) {
    constexpr std::string_view no_break = "\u00A0";
    std::string result = "\"";
    bool lowered = false;  // the text before stands low or high
    for (std::size_t k = 0; k < text.size(); ++k) {
        const char c = text[k];
        if (c == '\n') {
            result += "\\n";
            lowered = false;
            continue;
        }
        if ((c == '_' || c == '^') && k + 1 < text.size()) {
            const std::size_t end =
                text[k + 1] == '{' ? std::min(text.find('}', k), text.size() - 1) : k + 1;
            result += text.substr(k, end - k + 1);
            k = end;
            lowered = true;
            continue;
        }
        if (c == '"' || c == '\\') {
            result += '\\';
        }
        if (c == ' ' && lowered) {
            result += no_break;
        } else {
            result += c;
        }
        lowered = false;
    }
    return result + "\"";
}

std::vector<std::string> plot_elements(const Series& series, const Place& place) {
    const Style& style = series.style;
    const std::string title =
        series.legend.empty() ? "notitle" : "title " + gnuplot_string(series.legend);
    const auto element = [&](const std::string& columns, const std::string& with,
                             const std::string& called) {
        return fmt::format("{} using {} with {} {}", place.data, columns, with, called);
    };
    const std::vector<std::size_t>& c = place.use;
    const std::string xy = fmt::format("{}:{}", c[0], c[1]);
    const std::vector<double>& first = series.columns.front().values;
    if ((series.mark == Mark::Points || series.mark == Mark::Line) &&
        std::all_of(first.begin(), first.end(), [](double v) { return std::isnan(v); })) {
        return {series.mark == Mark::Points
                    ? fmt::format("keyentry with points pt {} ps {:g} lw {:g} {} {}", style.symbol,
                                  style.size, style.width, colour(style), title)
                    : fmt::format("keyentry with lines lw {:g} dt {} {} {}", style.width,
                                  style.dash, colour(style), title)};
    }
    switch (series.mark) {
        case Mark::Line: {
            // NOTE: gnuplot passes over an empty field and joins its neighbours, also where "$3" in
            // an expression meets one; only valid() sees it.
            const bool breaks =
                std::any_of(first.begin(), first.end(), [](double v) { return std::isnan(v); });
            const std::string points =
                breaks ? fmt::format("(valid({0})?column({0}):NaN):(valid({1})?column({1}):NaN)",
                                     c[0], c[1])
                       : xy;
            return {element(
                points,
                fmt::format("lines lw {:g} dt {} {}", style.width, style.dash, colour(style)),
                title)};
        }
        case Mark::Points: {
            std::vector<std::string> elements;
            if (style.halo) {
                const bool open = filled(style.symbol) != style.symbol;
                elements.push_back(
                    element(xy,
                            fmt::format("points pt {} ps {:g} lc rgb '#FFFFFF'",
                                        filled(style.symbol), style.size * (open ? 1.15 : 1.5)),
                            "notitle"));
            }
            elements.push_back(element(xy,
                                       fmt::format("points pt {} ps {:g} lw {:g} {}", style.symbol,
                                                   style.size, style.width, colour(style)),
                                       title));
            return elements;
        }
        case Mark::Band:
            return {element(fmt::format("{}:{}:{}", c[0], c[1], c[2]),
                            fmt::format("filledcurves fs solid noborder {}", colour(style)),
                            title)};
        case Mark::Bars:
            return {element(fmt::format("{0}:{2}:(${0}-{3:g}):(${0}+{3:g}):{1}:{2}", c[0], c[1],
                                        c[2], style.width / 2),
                            fmt::format("boxxyerror fs solid noborder {}", colour(style)), title)};
        case Mark::ErrorBars: {
            // NOTE: vectors with flat heads, because gnuplot's own error bars clear a disc around
            // the value, whatever lies beneath.
            std::vector<std::string> elements = {
                element(fmt::format("{0}:(${1}-${2}):(0):(2*${2})", c[0], c[1], c[2]),
                        fmt::format("vectors heads nofilled size screen 0.006,90 fixed lw {:g} {}",
                                    style.width, colour(style)),
                        "notitle")};
            if (style.symbol > 0) {
                elements.push_back(element(
                    xy,
                    fmt::format("points pt {} ps {:g} {}", style.symbol, style.size, colour(style)),
                    title));
            }
            return elements;
        }
        case Mark::Arrows:
            return {
                element(fmt::format("{}:{}:{}:{}:{}", c[0], c[1], c[2], c[3], c[4]),
                        fmt::format("vectors head filled size screen 0.0065,18,55 fixed lw {:g} "
                                    "lc palette",
                                    style.width),
                        title)};
        case Mark::Cells:
            // NOTE: gnuplot draws nothing as "image" whose points all lie on one line.
            if (is_constant(first) || is_constant(series.columns[1].values)) {
                return {
                    element(fmt::format("{0}:{1}:(${0}-0.5):(${0}+0.5):(${1}-0.5):(${1}+0.5):{2}",
                                        c[0], c[1], c[2]),
                            "boxxyerror fs solid noborder lc palette", title)};
            }
            return {element(fmt::format("{}:{}:{}", c[0], c[1], c[2]), "image pixels", title)};
        case Mark::Raster:
            return {element(fmt::format("{}:{}:{}", c[0], c[1], c[2]), "image", title)};
    }
    return {};
}

}  // namespace resdyn::plots
