#include "effect_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "statistics/distributions.hpp"

namespace resdyn::claims {

namespace {

constexpr double gap = std::numeric_limits<double>::quiet_NaN();

struct VerdictLook {
    Verdict verdict;
    const char* colour;
};
constexpr std::array verdict_looks = {
    VerdictLook{Verdict::Holds, "#0072B2"}, VerdictLook{Verdict::Negligible, "#E69F00"},
    VerdictLook{Verdict::Undecided, "#777777"}, VerdictLook{Verdict::Fails, "#D55E00"}};

/// What differs between the settings, short: the picture has no room for their names.
std::string row_label(const EffectSetting& setting) {
    const TrainingRecipe& r = setting.recipe;
    std::string label =
        fmt::format("{} {} {}{} L{} h{:.2g} {}", r.data, to_string(r.activation),
                    r.two_matrices ? "M" : "N", r.units, r.depth, r.step, r.training_steps());
    label += r.weight_decay > 0 ? fmt::format(" decay {:g}", r.weight_decay) : "";
    label += r.structure == WeightStructure::Free ? "" : fmt::format(" {}", to_string(r.structure));
    label += r.own_weights ? " own" : "";
    for (const FurtherFactor& factor : setting.further) {
        label += factor.scale == FactorScale::Words ? " " + factor.word
                                                    : fmt::format(" {:g}", factor.number);
    }
    std::string plain;  // gnuplot's enhanced notation would read these
    for (const char c : label) {
        plain += c == '_' || c == '^' || c == '{' || c == '}' ? ' ' : c;
    }
    return plain;
}

/// Intervals of several rows, in one series with gaps.
struct Rows {
    std::vector<double> low_high;
    std::vector<double> row_of_line;
    std::vector<double> mean;
    std::vector<double> row;

    void add(double at, double value, double half) {
        mean.push_back(value);
        row.push_back(at);
        low_high.insert(low_high.end(), {value - half, value + half, gap});
        row_of_line.insert(row_of_line.end(), {at, at, gap});
    }
};

void add_rows(figures::Panel& panel, const Rows& rows, const VerdictLook& look) {
    if (rows.mean.empty()) {
        return;
    }
    const std::string name(to_string(look.verdict));
    panel.series.push_back({figures::Mark::Line,
                            name + ", interval",
                            "",
                            {{"effect", rows.low_high}, {"row", rows.row_of_line}},
                            {.colour = look.colour, .width = 1.4}});
    panel.series.push_back({figures::Mark::Points,
                            name,
                            name,
                            {{"effect", rows.mean}, {"row", rows.row}},
                            {.colour = look.colour, .symbol = 5, .size = 0.7}});
}

void add_vertical(figures::Panel& panel, const char* name, double at, double rows, int dash) {
    panel.series.push_back({figures::Mark::Line,
                            name,
                            "",
                            {{"effect", {at, at}}, {"row", {-1.0, rows}}},
                            {.colour = "#888888", .width = 1.0, .dash = dash}});
}

/// Level of a factor as a place on the axis.
double place_of(const Factor& factor, std::size_t setting, const std::vector<std::string>& words) {
    if (factor.scale != FactorScale::Words) {
        return factor.numbers[setting];
    }
    return static_cast<double>(std::find(words.begin(), words.end(), factor.words[setting]) -
                               words.begin());
}

std::vector<std::string> words_of(const Factor& factor) {
    std::vector<std::string> words;
    for (const std::string& word : factor.words) {
        if (std::find(words.begin(), words.end(), word) == words.end()) {
            words.push_back(word);
        }
    }
    return words;
}

/// 1, 2 or 5 times a power of ten, of which some four fit the effects of all settings with errors;
/// 0 where they are one.
double tick_step(const EffectFinding& effect) {
    double least = std::numeric_limits<double>::infinity();
    double most = -least;
    for (const SettingFinding& one : effect.settings) {
        if (one.estimate) {
            const double error = std::sqrt(one.estimate->variance);
            least = std::min(least, one.estimate->effect - error);
            most = std::max(most, one.estimate->effect + error);
        }
    }
    if (!(most > least)) {
        return 0.0;
    }
    const double wanted = (most - least) / 4.0;
    const double power = std::pow(10.0, std::floor(std::log10(wanted)));
    return power * (wanted > 5.0 * power ? 10.0 : wanted > 2.0 * power ? 5.0 : 2.0);
}

/// 1600, 0.667.
std::string level_text(double level) {
    return level >= 100 ? fmt::format("{:.0f}", level) : fmt::format("{:.3g}", level);
}

figures::Panel factor_panel(const FactorFinding& finding, const EffectFinding& effect) {
    const Factor& factor = finding.factor;
    const std::vector<std::string> words = words_of(factor);
    figures::Panel panel;
    panel.title = factor.name;
    panel.legend = figures::Legend::None;
    panel.y = {.label = effect.effect.unit, .step = tick_step(effect)};
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> error;
    for (const SettingFinding& one : effect.settings) {
        if (one.estimate && one.estimate->variance > 0) {
            x.push_back(place_of(factor, x.size(), words));
            y.push_back(one.estimate->effect);
            error.push_back(std::sqrt(one.estimate->variance));
        }
    }
    const auto [least, most] = std::minmax_element(x.begin(), x.end());
    const bool in_words = factor.scale == FactorScale::Words;
    if (in_words) {
        panel.x.from = -0.6;
        panel.x.to = static_cast<double>(words.size()) - 0.4;
        for (std::size_t w = 0; w < words.size(); ++w) {
            panel.x.ticks.push_back({static_cast<double>(w), words[w]});
        }
    } else {
        const bool log = factor.scale == FactorScale::Doubling;
        const double room = log ? std::pow(*most / *least, 0.15) : 0.15 * (*most - *least);
        panel.x.from = log ? *least / room : *least - room;
        panel.x.to = log ? *most * room : *most + room;
        panel.x.log = log;
        std::vector<double> levels = x;
        std::sort(levels.begin(), levels.end());
        levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
        // A level too near the last one that is named has a tick without a name.
        constexpr double nearest = 0.25;  // of the axis
        const auto place = [&](double level) { return log ? std::log(level) : level; };
        double named = -std::numeric_limits<double>::infinity();
        for (const double level : levels) {
            const bool has_room =
                place(level) - named >= nearest * (place(panel.x.to) - place(panel.x.from));
            panel.x.ticks.push_back({level, has_room ? level_text(level) : ""});
            named = has_room ? place(level) : named;
        }
    }
    if (finding.fit) {
        std::vector<double> line_x;
        std::vector<double> line_y;
        if (in_words) {
            for (std::size_t w = 0; w < words.size(); ++w) {
                const double mean =
                    finding.fit->intercept + (w == 0 ? 0.0 : finding.fit->slopes[w - 1].value);
                line_x.insert(line_x.end(),
                              {static_cast<double>(w) - 0.3, static_cast<double>(w) + 0.3, gap});
                line_y.insert(line_y.end(), {mean, mean, gap});
            }
        } else {
            line_x = {*least, *most};
            line_y = {finding.fit->at(*least, factor.scale), finding.fit->at(*most, factor.scale)};
        }
        panel.series.push_back({figures::Mark::Line,
                                "meta-regression",
                                "",
                                {{"level", line_x}, {"effect", line_y}},
                                {.colour = finding.p_holm < 0.05 ? "#D55E00" : "#999999"}});
    }
    panel.series.push_back({figures::Mark::ErrorBars,
                            "settings",
                            "",
                            {{"level", x}, {"effect", y}, {"error", error}},
                            {.colour = "#0072B2", .width = 1.0, .size = 0.6}});
    return panel;
}

}  // namespace

figures::Figure forest_plot(const std::string& id, const ExperimentFinding& finding,
                            const EffectFinding& effect, double level) {
    const auto settings = static_cast<Index>(effect.settings.size());
    figures::Figure figure;
    figure.id = id;
    figure.title = effect.effect.name;
    figure.caption = fmt::format(
        "{} Each row a setting: mean of its first seeds with the {:g} % interval of t, in the "
        "colour "
        "of its verdict. Diamond: pooled by random effects; broken line: prediction interval of a "
        "new "
        "setting; grey lines: 0, and the smallest effect that matters on either side. Rows that "
        "have "
        "no subjects are empty. Labels: data, activation, units, depth L, step h, training steps.",
        effect.effect.meaning + (effect.effect.meaning.ends_with('.') ? "" : "."), 100.0 * level);
    figures::Panel panel;
    panel.legend = figures::Legend::Above;
    const double bottom = -2.6;  // two rows for what was pooled
    panel.y = {.from = bottom, .to = static_cast<double>(settings)};
    std::array<Rows, verdict_looks.size()> rows;
    for (Index s = 0; s < settings; ++s) {
        const SettingFinding& one = effect.settings[static_cast<std::size_t>(s)];
        const double row = static_cast<double>(settings - 1 - s);
        panel.y.ticks.push_back(
            {row, row_label(finding.settings[static_cast<std::size_t>(s)].setting)});
        if (!one.estimate) {
            continue;
        }
        for (std::size_t v = 0; v < verdict_looks.size(); ++v) {
            if (verdict_looks[v].verdict == one.verdict) {
                const double half = one.borrowed_variance
                                        ? 0.0
                                        : student_quantile(0.5 + level / 2.0,
                                                           static_cast<double>(one.values) - 1.0) *
                                              std::sqrt(one.estimate->variance);
                rows[v].add(row, one.estimate->effect, half);
            }
        }
    }
    const double top = static_cast<double>(settings);
    add_vertical(panel, "zero", 0.0, top, 1);
    add_vertical(panel, "margin", effect.effect.margin, top, 3);
    add_vertical(panel, "minus margin", -effect.effect.margin, top, 3);
    for (std::size_t v = 0; v < verdict_looks.size(); ++v) {
        add_rows(panel, rows[v], verdict_looks[v]);
    }
    if (effect.pooled) {
        const PooledEffect& pooled = *effect.pooled;
        constexpr double at = -1.0;
        panel.y.ticks.push_back({at, "pooled"});
        panel.y.ticks.push_back({at - 1.0, "a new setting"});
        panel.series.push_back(
            {figures::Mark::Line,
             "pooled",
             "pooled",
             {{"effect", {pooled.low, pooled.mean, pooled.high, pooled.mean, pooled.low}},
              {"row", {at, at + 0.35, at, at - 0.35, at}}},
             {.colour = "#000000"}});
        panel.series.push_back({figures::Mark::Line,
                                "prediction interval",
                                "",
                                {{"effect", {pooled.prediction_low, pooled.prediction_high}},
                                 {"row", {at - 1.0, at - 1.0}}},
                                {.colour = "#000000", .width = 1.6, .dash = 2}});
    }
    panel.x = {.label = fmt::format("{} ({})", effect.effect.name, effect.effect.unit)};
    // Room for the longest name of a setting, and the same room for what is drawn in all figures.
    std::size_t longest = 0;
    for (const auto& tick : panel.y.ticks) {
        longest = std::max(longest, tick.label.size());
    }
    constexpr double a_letter = 7.8;
    const double names = std::max(370.0, 30.0 + a_letter * static_cast<double>(longest));
    figure.width = static_cast<Index>(names) + 490;
    constexpr Index a_row = 17;
    constexpr Index around = 162;  // of it 72 below for ticks and label, 60 above for the legend
    figure.height = a_row * (settings + 3) + around;
    const auto height = static_cast<double>(figure.height);
    figure.margins = figures::Margins{.left = names / static_cast<double>(figure.width),
                                      .right = 0.97,
                                      .bottom = 72.0 / height,
                                      .top = 1.0 - 60.0 / height};
    figure.panels = {std::move(panel)};
    return figure;
}

std::optional<figures::Figure> factor_figure(const std::string& id, const EffectFinding& effect) {
    if (effect.factors.empty()) {
        return std::nullopt;
    }
    figures::Figure figure;
    figure.id = id;
    figure.title = effect.effect.name + " by factor";
    figure.caption =
        "Each panel a factor: the effect in each setting ± standard error of its first seeds, and "
        "the "
        "meta-regression on that factor alone (of words: the mean a level), orange where it is "
        "significant after Holm's correction over the factors.";
    figure.panels_per_row = 3;
    for (const FactorFinding& factor : effect.factors) {
        figure.panels.push_back(factor_panel(factor, effect));
    }
    constexpr Index a_panel = 210;
    figure.width = 900;
    figure.height = a_panel * ((static_cast<Index>(figure.panels.size()) + 2) / 3) + 40;
    return figure;
}

}  // namespace resdyn::claims
