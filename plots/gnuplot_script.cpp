#include "gnuplot_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "gnuplot_series.hpp"

namespace resdyn::plots {

using namespace figures;

namespace {

/// How named ticks along x stand so that no two run into each other: as they are, smaller, or
/// turned.
enum class TickRoom { Plain, Small, Turned };

TickRoom tick_room(const Axis& axis, double panel_width) {
    if (axis.ticks.size() < 2 || std::isnan(axis.from) || std::isnan(axis.to) || axis.log) {
        return TickRoom::Plain;
    }
    const double per_unit = panel_width / std::abs(axis.to - axis.from);
    const auto fits = [&](double size) {
        for (std::size_t k = 1; k < axis.ticks.size(); ++k) {
            const double apart = per_unit * std::abs(axis.ticks[k].at - axis.ticks[k - 1].at);
            const double needed = 0.5 * (text_width(axis.ticks[k].label, size) +
                                         text_width(axis.ticks[k - 1].label, size));
            if (needed + 0.5 * size > apart) {
                return false;
            }
        }
        return true;
    };
    return fits(14.0) ? TickRoom::Plain : fits(12.0) ? TickRoom::Small : TickRoom::Turned;
}

/// Logarithmic where anything on it is positive: gnuplot fails on an axis without a place.
bool is_logarithmic(const Axis& axis, const Panel& panel, std::size_t column) {
    return axis.log && std::any_of(panel.series.begin(), panel.series.end(), [&](const Series& s) {
               const std::vector<double>& values = s.columns[column].values;
               return std::any_of(values.begin(), values.end(), [](double v) { return v > 0; });
           });
}

std::string axis_script(const std::string& name, const Axis& axis, bool frame, bool log,
                        TickRoom room = TickRoom::Plain) {
    const auto end = [](double value) {
        return std::isnan(value) ? std::string("*") : fmt::format("{:.10g}", value);
    };
    std::string script = fmt::format("set {}range [{}:{}]\n", name, end(axis.from), end(axis.to));
    script += fmt::format("{} logscale {}\n", log ? "set" : "unset", name);
    script += fmt::format("set format {} {}\n", name, log ? "'10^{%L}'" : "'%g'");
    script += fmt::format("set {}label {}\n", name, gnuplot_string(axis.label));
    if (!frame) {
        return script + fmt::format("unset {}tics\n", name);
    }
    if (axis.ticks.empty()) {
        return script + fmt::format("set {}tics {} nomirror out scale 0.6 norotate font text\n",
                                    name,
                                    axis.step > 0 ? fmt::format("{:.10g}", axis.step) : "autofreq");
    }
    script += fmt::format("set {}tics nomirror out scale 0.6 (", name);
    for (std::size_t k = 0; k < axis.ticks.size(); ++k) {
        std::string label = axis.ticks[k].label;
        if (room == TickRoom::Turned) {
            std::replace(label.begin(), label.end(), '\n', ' ');
        }
        script += fmt::format("{}{} {:.10g}", k == 0 ? "" : ", ", gnuplot_string(label),
                              axis.ticks[k].at);
    }
    return script + fmt::format(") {} font {}\n",
                                room == TickRoom::Turned ? "rotate by 35 right" : "norotate",
                                room == TickRoom::Plain ? "text" : "small");
}

/// `entries`: how many it will have.
std::string legend_script(Legend legend, Index entries) {
    constexpr std::string_view common = " Left reverse noautotitle samplen 2.2 spacing 1.15";
    switch (legend) {
        case Legend::None:
            return "unset key\n";
        case Legend::TopLeft:
            return fmt::format("set key inside top left{}\n", common);
        case Legend::TopRight:
            return fmt::format("set key inside top right{}\n", common);
        case Legend::BottomLeft:
            return fmt::format("set key inside bottom left{}\n", common);
        case Legend::BottomRight:
            return fmt::format("set key inside bottom right{}\n", common);
        case Legend::Outside:
            return fmt::format("set key outside right top{}\n", common);
        case Legend::Above:
            return fmt::format("set key outside above center horizontal{}\n", common);
        case Legend::Below:
            return fmt::format(
                "set key at screen 0.03,0.01 left bottom vertical maxrows {} width -1 Left "
                "reverse noautotitle samplen 1.6 spacing 1.3 font small\n",
                (entries + 1) / 2);
    }
    return "unset key\n";
}

std::string colour_script(const ColourScale& scale) {
    // Sequential: pale grey to dark blue, readable on white; diverging: Okabe–Ito's blue and
    // vermillion about white.
    std::string map;
    switch (scale.map) {
        case ColourMap::Field:
            map = "0 '#DCE3E9', 0.5 '#A9BDCB', 1 '#4F7389'";
            break;
        case ColourMap::Sequential:
            map = "0 '#E3E7EA', 0.35 '#9DB0BF', 0.7 '#4F7389', 1 '#12344A'";
            break;
        case ColourMap::Diverging:
            map = "-1 '#0072B2', -0.5 '#7FB8D8', 0 '#FFFFFF', 0.5 '#EAAE7F', 1 '#D55E00'";
            break;
        case ColourMap::Classes:  // a step a class, half a unit about its value
            for (std::size_t k = 0; k < scale.classes.size(); ++k) {
                map += fmt::format("{0}{1} '{3}', {2} '{3}'", k == 0 ? "" : ", ", k, k + 1,
                                   scale.classes[k]);
            }
            break;
    }
    const double half = scale.map == ColourMap::Classes ? 0.5 : 0.0;
    return fmt::format(
               "set palette defined ({})\nset cbrange [{:.10g}:{:.10g}]\nset format cb '%g'\nset "
               "cblabel "
               "{}\n",
               map, scale.from - half, scale.to + half, gnuplot_string(scale.label)) +
           (scale.to > scale.from
                ? fmt::format("set cbtics {:.10g}\n", tick_step(scale.to - scale.from))
                : std::string()) +
           (scale.shown ? "" : "un") + "set colorbox\n";
}

/// A colour bar in a fixed place, its name above it: beside the numbers it would run into them. At
/// the picture's right edge the name ends there, however long it is.
std::string bar_script(const ColourScale& scale, double left, double bottom, double width,
                       double height, std::string_view font, bool at_edge) {
    return fmt::format(
        "set colorbox user origin screen {0:g},{1:g} size screen {2:g},{3:g}\n"
        "set cbtics scale 0.5 font {4}\nunset cblabel\n"
        "set label {5} at screen {6:g},{7:g} {8} font {4}\n",
        left, bottom, width, height, font, gnuplot_string(scale.label), at_edge ? 0.985 : left,
        bottom + height + 0.03, at_edge ? "right" : "left");
}

/// A panel in a fixed place: an outside legend stands right of it, and a colour bar below that;
/// with the legend below, the bar has the right side for itself.
std::string margin_script(const Margins& m, const Panel& panel) {
    std::string script = fmt::format(
        "set lmargin at screen {:g}\nset rmargin at screen {:g}\n"
        "set bmargin at screen {:g}\nset tmargin at screen {:g}\n",
        m.left, m.right, m.bottom, m.top);
    if (panel.colours.shown && panel.legend == Legend::Outside) {
        script +=
            bar_script(panel.colours, m.right + 0.04, m.bottom + 0.02, 0.018, 0.28, "text", false);
    }
    if (panel.legend == Legend::Outside) {
        // NOTE: gnuplot aligns an outside key with the right edge of the picture, and lets a wide
        // one run over the plot.
        script += fmt::format("set key at screen {:g},{:g} left top\n", m.right + 0.02, m.top);
    }
    if (panel.colours.shown && panel.legend == Legend::Below) {
        script += bar_script(panel.colours, m.right + 0.03, m.bottom, 0.03, m.top - m.bottom,
                             "small", true);
    }
    return script;
}

/// The terminals: one figure in three formats, alike in print (see the header).
std::string terminal_script(const Figure& figure, const std::string& picture) {
    constexpr double cm_per_px = 17.0 / 860.0;
    constexpr double pt_per_px = cm_per_px * 72.0 / 2.54;
    constexpr int png_scale = 2;
    constexpr double cairo_points = 1.35;  // its symbols are smaller than those of the SVG
    // Cairo's terminals draw a point of text as 4/3 of a unit, and pdfcairo halves it by itself.
    constexpr double cairo_text = 0.75;
    return fmt::format(
        "if (!exists('format')) format = 'svg'\n"
        "if (format eq 'svg') {{ set terminal svg size {0},{1} dynamic enhanced font "
        "'Helvetica,14' background '#FFFFFF' }}\n"
        "if (format eq 'pdf') {{ set terminal pdfcairo size {2:.3f}cm,{3:.3f}cm enhanced font "
        "'Helvetica,{4:.3g}' fontscale {13:g} linewidth {5:.3g} pointscale {10:.3g} background "
        "'#FFFFFF' }}\n"
        "if (format eq 'png') {{ set terminal pngcairo size {6},{7} enhanced font "
        "'Helvetica,14' fontscale {14:g} linewidth {8} dashlength 0.6 pointscale {11:.3g} "
        "background '#FFFFFF' }}\n"
        "# Two sizes of text: a font named by a number is in points, whatever the terminal's own.\n"
        "text = format eq 'pdf' ? ',{4:.3g}' : ',14'\n"
        "small = format eq 'pdf' ? ',{12:.3g}' : ',12'\n"
        "set output '{9}.'.format\n",
        figure.width, figure.height, cm_per_px * static_cast<double>(figure.width),
        cm_per_px * static_cast<double>(figure.height), 14 * pt_per_px, pt_per_px,
        png_scale * figure.width, png_scale * figure.height, png_scale, picture,
        cairo_points * pt_per_px, cairo_points * png_scale, 12 * pt_per_px, cairo_text,
        cairo_text * png_scale);
}

/// Of one panel's square or rectangle in px: by the margins, else what labels and an outside legend
/// leave of it.
double panel_width(const Figure& figure) {
    const auto width = static_cast<double>(figure.width);
    const auto beside = static_cast<double>(figure.panels_per_row);
    if (figure.margins) {
        const Margins& m = *figure.margins;
        return width * ((m.right - m.left - m.between_x * (beside - 1)) / beside);
    }
    const bool outside =
        std::any_of(figure.panels.begin(), figure.panels.end(),
                    [](const Panel& panel) { return panel.legend == Legend::Outside; });
    return width / beside - (outside ? 240.0 : 110.0);
}

}  // namespace

std::string gnuplot_script(const Figure& figure, const std::string& picture) {
    validate(figure);
    const std::vector<std::string> names = csv_columns(figure);
    const bool several = figure.panels.size() > 1;
    const std::size_t leading = several ? 2 : 1;
    std::string script = fmt::format(
        "# {0}\n# Numbers: {1}.csv. Redraw: gnuplot -d {1}.gp (or: gnuplot -d -e \"format='pdf'\" "
        "{1}.gp; -d: without start-up files)\n"
        "set encoding utf8\n",
        figure.title, figure.id);
    script += terminal_script(figure, picture.empty() ? figure.id : picture);
    script +=
        "set datafile separator comma\n"
        "set pointintervalbox 0\n";
    if (several) {
        const auto count = static_cast<Index>(figure.panels.size());
        script += fmt::format("set multiplot layout {},{}",
                              (count + figure.panels_per_row - 1) / figure.panels_per_row,
                              figure.panels_per_row);
        if (figure.margins) {
            const Margins& m = *figure.margins;
            script += fmt::format(" margins {:g},{:g},{:g},{:g} spacing {:g},{:g}", m.left, m.right,
                                  m.bottom, m.top, m.between_x, m.between_y);
        }
        script += "\n";
    }
    std::size_t row = 0;
    for (const Panel& panel : figure.panels) {
        script += fmt::format("\nset title {} font text\n", gnuplot_string(panel.title));
        script += panel.frame ? "set border 3 lc rgb '#444444'\n" : "unset border\n";
        script += axis_script("x", panel.x, panel.frame, is_logarithmic(panel.x, panel, 0),
                              tick_room(panel.x, panel_width(figure)));
        script += axis_script("y", panel.y, panel.frame, is_logarithmic(panel.y, panel, 1));
        script += panel.grid ? "set grid lc rgb '#E4E4E4' lw 1 dt 1\n" : "unset grid\n";
        script += panel.equal_aspect ? "set size ratio -1\n" : "set size noratio\n";
        script += legend_script(panel.legend, legend_entries(panel)) + colour_script(panel.colours);
        script += "unset label\n";
        if (several && figure.margins && figure.panels_per_row == 1 &&
            panel.legend == Legend::Outside) {
            // One under the other: legends begin beside their panels, all at one place.
            const Margins& m = *figure.margins;
            const auto rows = static_cast<double>(figure.panels.size());
            const double pitch = (m.top - m.bottom + m.between_y) / rows;
            const auto place = static_cast<double>(&panel - figure.panels.data());
            script += fmt::format("set key at screen {:g},{:g} left top\n", m.right + 0.02,
                                  m.top - place * pitch);
        }
        if (!several && figure.margins) {
            script += margin_script(*figure.margins, panel);
        }
        for (const Text& text : panel.texts) {
            script += fmt::format("set label {} at first {:.10g},{:.10g} center\n",
                                  gnuplot_string(text.text), text.x, text.y);
        }
        std::vector<std::string> elements;
        for (const Series& series : panel.series) {
            const std::size_t rows = series.columns.front().values.size();
            if (rows == 0) {
                continue;
            }
            Place place{
                fmt::format("'{}.csv' skip 1 every ::{}::{}", figure.id, row, row + rows - 1), {}};
            row += rows;
            for (const Column& column : series.columns) {
                const auto found = std::find(names.begin(), names.end(), column.name);
                place.use.push_back(static_cast<std::size_t>(found - names.begin()) + leading + 1);
            }
            for (std::string& element : plot_elements(series, place)) {
                elements.push_back(std::move(element));
            }
        }
        script += "plot \\\n  ";
        if (elements.empty()) {
            script += "NaN notitle\n";
        }
        for (std::size_t k = 0; k < elements.size(); ++k) {
            script += elements[k] + (k + 1 < elements.size() ? ", \\\n  " : "\n");
        }
    }
    return script + (several ? "unset multiplot\n" : "") + "unset output\n";
}

}  // namespace resdyn::plots
