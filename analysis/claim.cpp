#include "claim.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace resdyn::claims {

std::string_view to_string(ClaimKind kind) {
    return kind == ClaimKind::Theorem ? "theorem" : "empirical";
}

Setting agrees(std::string setting, double prediction, double measured, double tolerance,
               std::string text) {
    const bool holds = std::abs(measured - prediction) <= tolerance;
    return {std::move(setting), prediction,      measured,
            tolerance,          std::move(text), holds ? Verdict::Holds : Verdict::Fails};
}

Setting exceeds(std::string setting, double prediction, double measured, double tolerance,
                std::string text) {
    const double effect = measured - prediction;
    const Verdict verdict = effect > tolerance    ? Verdict::Holds
                            : effect < -tolerance ? Verdict::Fails
                                                  : Verdict::Undecided;
    return {std::move(setting), prediction, measured, tolerance, std::move(text), verdict};
}

Setting undecided(std::string setting, std::string text) {
    return {std::move(setting), {}, {}, {}, std::move(text), Verdict::Undecided};
}

Verdict ClaimResult::verdict() const {
    if (experiment) {
        return experiment->verdict();
    }
    std::vector<Verdict> all;
    all.reserve(settings.size());
    for (const Setting& setting : settings) {
        all.push_back(setting.verdict);
    }
    return weakest(all);
}

std::vector<Setting> settings_of(const ExperimentFinding& finding) {
    std::vector<Setting> settings;
    const auto deciding = std::count_if(finding.effects.begin(), finding.effects.end(),
                                        [](const EffectFinding& e) { return e.effect.decides; });
    for (const EffectFinding& effect : finding.effects) {
        if (!effect.effect.decides) {
            continue;
        }
        for (std::size_t s = 0; s < effect.settings.size(); ++s) {
            const SettingFinding& one = effect.settings[s];
            const std::string name = finding.settings[s].setting.name();
            Setting setting{
                .setting = deciding > 1 ? fmt::format("{}: {}", name, effect.effect.name) : name,
                .prediction = 0.0,
                .verdict = one.verdict};
            const SequentialLook* last = one.test.looks.empty() ? nullptr : &one.test.looks.back();
            if (last == nullptr || last->values == 0) {
                setting.text = "no subject: in no seed there was anything to measure";
                settings.push_back(std::move(setting));
                continue;
            }
            setting.measured = last->mean;
            if (std::isfinite(last->high)) {
                setting.tolerance = last->high - last->mean;
            }
            setting.text = fmt::format(
                "{} ({}), mean over {} seeds{}; tolerance: half the interval at the level of a "
                "look; smallest effect that matters {:g}{}",
                effect.effect.meaning.substr(0, effect.effect.meaning.find_last_not_of('.') + 1),
                effect.effect.unit, last->values,
                last->values < last->seeds ? fmt::format(" of {}", last->seeds) : "",
                effect.effect.margin,
                one.test.would_settle
                    ? fmt::format("; {} seeds would settle it", *one.test.would_settle)
                    : "");
            settings.push_back(std::move(setting));
        }
    }
    return settings;
}

figures::Figure settings_figure(const Claim& claim, const ClaimResult& result) {
    constexpr double largest_shown = 12.0;  // units of the tolerance; beyond, at the edge
    struct Group {
        Verdict verdict;
        const char* colour;
        std::vector<double> number = {};
        std::vector<double> shown = {};
    };
    std::array<Group, 3> groups = {Group{Verdict::Holds, "#0072B2"},
                                   Group{Verdict::Undecided, "#999999"},
                                   Group{Verdict::Fails, "#D55E00"}};
    double reach = 1.5;
    for (std::size_t k = 0; k < result.settings.size(); ++k) {
        const Setting& s = result.settings[k];
        double deviation = s.prediction && s.measured ? *s.measured - *s.prediction : 0.0;
        deviation /= s.tolerance.value_or(0.0) > 0 ? *s.tolerance : 1.0;
        const double shown = std::clamp(std::isfinite(deviation) ? deviation : largest_shown,
                                        -largest_shown, largest_shown);
        for (Group& group : groups) {
            if (group.verdict == s.verdict) {
                group.number.push_back(static_cast<double>(k + 1));
                group.shown.push_back(shown);
            }
        }
        reach = std::max(reach, 1.1 * std::abs(shown));
    }
    figures::Figure figure;
    figure.id = fmt::format("claim-{}", claim.id);
    figure.title = claim.title;
    figure.caption = fmt::format(
        "Each setting, numbered as in the table: (measured − predicted) in units of its tolerance "
        "(of one where that is zero). {} Beyond ±{:g} at the edge.",
        claim.kind == ClaimKind::Theorem
            ? "A theorem must stay between the broken lines."
            : "An effect is shown beyond the upper broken line, the opposite beyond the lower.",
        largest_shown);
    figure.width = 760;
    figure.height = 380;
    figures::Panel panel;
    const double last = static_cast<double>(result.settings.size()) + 1.0;
    panel.x = {.label = "setting", .from = 0.0, .to = last};
    panel.y = {.label = "deviation / tolerance", .from = -reach, .to = reach};
    panel.legend = figures::Legend::Above;
    for (const double level : {-1.0, 1.0}) {
        panel.series.push_back({figures::Mark::Line,
                                "tolerance",
                                "",
                                {{"setting", {0.0, last}}, {"shown", {level, level}}},
                                {.colour = "#555555", .width = 1.0, .dash = 2}});
    }
    for (const Group& group : groups) {
        if (!group.number.empty()) {
            const std::string name(to_string(group.verdict));
            panel.series.push_back({figures::Mark::Points,
                                    name,
                                    name,
                                    {{"setting", group.number}, {"shown", group.shown}},
                                    {.colour = group.colour, .size = 0.9}});
        }
    }
    figure.panels = {panel};
    return figure;
}

SeedGroups::Look SeedGroups::look(const std::string& name) {
    const std::string group = name.substr(0, name.rfind(", seed "));
    const auto at = std::find(seen_.begin(), seen_.end(), group);
    const bool first = at == seen_.end();
    const auto index = static_cast<Index>(at - seen_.begin());
    if (first) {
        seen_.push_back(group);
    }
    constexpr Index colours = 10;
    return {first ? group : "", figures::class_colour(index), index < colours ? 1 : 4};
}

}  // namespace resdyn::claims
