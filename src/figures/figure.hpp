/// @file
/// A figure as data: what is drawn, in which marks, with every number of it. Knows no gnuplot; see
/// gnuplot_script.hpp for the script and gnuplot.hpp for the picture.
///
/// Texts of axes, legends and panels are in gnuplot's enhanced notation (y_1, x_{n+1}); `title` and
/// `caption` are plain text for people.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn::figures {

/// The mark of a series, and the columns it needs, in this order.
enum class Mark {
    Line,       ///< x, y: joined in order.
    Points,     ///< x, y; of these two, where x is NaN throughout, an entry of the legend only.
    Band,       ///< x, low, high: the area between.
    Bars,       ///< x, low, high: a bar of Style::width around x, in units of x.
    ErrorBars,  ///< x, y, error: y ± error.
    Arrows,     ///< x, y, dx, dy, value: from (x, y) by (dx, dy), coloured by value.
    Cells,      ///< x, y, value: unit cells centred at (x, y), coloured by value.
    Raster,     ///< x, y, value: likewise, on a regular grid of any spacing, as one image.
};

/// Colours are "#RRGGBB".
struct Style {
    std::string colour = "#000000";
    double width = 2.0;    ///< of lines in px; of bars in units of x.
    int dash = 1;          ///< 1 solid, 2 dashed, 3 dotted, 4 dash-dot.
    int symbol = 7;        ///< gnuplot's point types: 6/7 circle, 4/5 square, 8/9 triangle; 0 none.
    double size = 1.0;     ///< of points.
    double opacity = 1.0;  ///< in (0, 1].
    bool halo = false;     ///< a white rim (filled symbols) or white inside (open ones).
};

struct Column {
    std::string name;  ///< as in the CSV's header.
    std::vector<double> values;
};

struct Series {
    Mark mark = Mark::Line;
    std::string name;             ///< the CSV's first column says whose row it is.
    std::string legend;           ///< empty: not in the legend.
    std::vector<Column> columns;  ///< as `mark` needs, equally long.
    Style style = {};
    std::vector<Column> beside = {};  ///< of the same rows, in the CSV and not in the picture.
};

struct Tick {
    double at = 0.0;
    std::string label;
};

/// Ticks 0, 1, ... at every unit, class or row; none, which leaves them to gnuplot, for more than
/// can be named.
std::vector<Tick> index_ticks(Index count);

/// 1, 2 or 5 times a power of ten, so that at most `most` + 1 ticks stand on `span` > 0.
double tick_step(double span, int most = 5);

struct Axis {
    std::string label = {};
    double from = std::numeric_limits<double>::quiet_NaN();  ///< NaN: from the data.
    double to = std::numeric_limits<double>::quiet_NaN();    ///< below `from`: reversed.
    bool log = false;
    std::vector<Tick> ticks = {};  ///< empty: gnuplot's.
    double step = 0.0;             ///< between ticks where none are named; 0: gnuplot's.
};

/// How the values of arrows and cells become colours.
enum class ColourMap {
    Field,       ///< pale to middling, for arrows under other marks.
    Sequential,  ///< pale to dark.
    Diverging,   ///< blue below zero, white, vermillion above.
    Classes,     ///< ColourScale::classes: the value from + k has the k-th of them.
};

struct ColourScale {
    ColourMap map = ColourMap::Sequential;
    std::string label;
    double from = 0.0;
    double to = 1.0;
    bool shown = true;
    std::vector<std::string> classes = {};  ///< "#RRGGBB", for ColourMap::Classes.
};

/// Below needs the margins of the figure, and room under them.
enum class Legend { None, TopLeft, TopRight, BottomLeft, BottomRight, Outside, Above, Below };

/// Where panels stand in the picture, as fractions of its width and height.
struct Margins {
    double left;
    double right;
    double bottom;
    double top;
    double between_x = 0.05;  ///< panels beside each other.
    double between_y = 0.1;   ///< panels above each other.
};

/// A word in the picture, centred at (x, y).
struct Text {
    double x = 0.0;
    double y = 0.0;
    std::string text;
};

struct Panel {
    std::string title = {};
    Axis x = {};
    Axis y = {};
    ColourScale colours = {};
    Legend legend = Legend::TopRight;
    bool equal_aspect = false;  ///< one unit of x is as long as one of y.
    bool grid = true;
    bool frame = true;  ///< axes and ticks; without it the panel is an image.
    std::vector<Series> series = {};
    std::vector<Text> texts = {};
};

/// How many entries the panel's legend has: series that are named and have points.
Index legend_entries(const Panel& panel);

/// Width of a text in the picture, in px, about: in PNG letters are up to 0.8 as wide as the size
/// says, for its points are larger than the SVG's px. Marks of the enhanced notation left out; of
/// several lines the longest.
double text_width(std::string_view text, double size);

/// The part of a report that a figure belongs to.
enum class Section {
    System,
    Discretisation,
    Equilibria,
    Spectra,
    Interaction,
    Evidence,
    Portrait,
    Training,
    Proofs,
    Behaviour,  ///< what the network does, before all details.
    Layers      ///< of weights that differ by layer.
};

struct Figure {
    std::string id;  ///< file name without extension: [a-z0-9-]+.
    std::string title;
    std::string caption;
    Section section = Section::System;
    Index width = 720;  ///< px.
    Index height = 440;
    Index panels_per_row = 1;
    std::optional<Margins> margins = {};  ///< absent: room for labels and legend, by gnuplot.
    std::vector<Panel> panels = {};
};

/// A sentence that counts the measured values (points, bars, error bars) outside the fixed range of
/// an axis, and the values of any mark that a logarithmic axis cannot show; empty if there are
/// none. The numbers stand in the CSV all the same.
std::string hidden_note(const Figure& figure);

/// Throws std::invalid_argument if the id is not a plain file name, there is no panel, or a series
/// has other columns than its mark needs.
void validate(const Figure& figure);

/// Every number of the figure at 17 digits, long format: `series` (and `panel`, where there are
/// several), then the columns of all series by name; NaN and columns a series lacks are empty.
std::string figure_csv(const Figure& figure);

/// Names of the columns that follow the leading `series` (or `panel,series`) of the CSV.
std::vector<std::string> csv_columns(const Figure& figure);

/// Colours told apart by people with any colour vision (Okabe, Ito, Color Universal Design, 2008),
/// the pale yellow and black last; k runs on.
std::string palette_colour(Index k);
/// Colour of class k in every figure: the same palette in an order that keeps the colours of
/// nullclines for later, and two more for ten classes.
std::string class_colour(Index k);

}  // namespace resdyn::figures
