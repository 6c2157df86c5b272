#include "noise_results.hpp"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "json_parts.hpp"
#include "table.hpp"

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

/// A point of a curve with the curve that it is of.
struct CurvePoint {
    const NamedCurve* curve;
    const RobustnessPoint* point;
};

template <typename V>
auto of_point(V RobustnessPoint::*member) {
    return [member](const CurvePoint& p) { return p.point->*member; };
}

const Table<CurvePoint>& point_table() {
    using F = Field<CurvePoint>;
    static const Table<CurvePoint> table = {
        F("noise", [](const CurvePoint& p) { return p.curve->first; }).csv_only(),
        {"level", of_point(&RobustnessPoint::level)},
        F("draws", [](const CurvePoint& p) { return p.curve->second.draws; }).csv_only(),
        {"accuracy", of_point(&RobustnessPoint::accuracy)},
        F("band",
          [](const CurvePoint& p) {
              return std::vector<double>{p.point->low, p.point->high};
          }).json_only(),
        F("low", of_point(&RobustnessPoint::low)).csv_only(),
        F("high", of_point(&RobustnessPoint::high)).csv_only(),
        {"margin", of_point(&RobustnessPoint::margin)},
        F("zero_gradients", of_point(&RobustnessPoint::zero_gradients)).if_present()};
    return table;
}

std::vector<CurvePoint> points_of(const NamedCurve& named) {
    std::vector<CurvePoint> points;
    for (const RobustnessPoint& point : named.second.points) {
        points.push_back({&named, &point});
    }
    return points;
}

CsvTable robustness_table(const std::vector<NamedCurve>& curves) {
    std::vector<CurvePoint> all;
    for (const NamedCurve& named : curves) {
        const std::vector<CurvePoint> points = points_of(named);
        all.insert(all.end(), points.begin(), points.end());
    }
    return point_table().csv(all);
}

const Table<LayerInjection>& injection_table() {
    static const Table<LayerInjection> table = {
        {"layer", &LayerInjection::layer},
        {"margin_variance", &LayerInjection::margin_variance},
        Field<LayerInjection>("monte_carlo_over_theory", &LayerInjection::ratio)
            .parts({{"monte_carlo_over_theory", "mean"}, {"ratio_error", "standard_error"}})};
    return table;
}

const Table<TwinDifference>& twin_table() {
    using F = Field<TwinDifference>;
    static const Table<TwinDifference> table = {
        {"noise", &TwinDifference::noise},
        {"level", &TwinDifference::level},
        F("accuracy", &TwinDifference::accuracy).csv_only(),
        F("twin_accuracy", &TwinDifference::twin_accuracy).csv_only(),
        F("difference", [](const TwinDifference& d) { return d.difference.mean; }),
        F("standard_error", [](const TwinDifference& d) {
            return d.difference.standard_error;
        }).column("difference_error")};
    return table;
}

/// By layer: its number in the report's lists.
Table<Index> noise_by_layer_table(const LinearNoiseReport& report) {
    using F = Field<Index>;
    const auto at = [](Index n) { return static_cast<std::size_t>(n); };
    return {{"layer", [](Index n) { return n; }},
            F("noise_energy",
              [&report, at](Index n) {
                  return report.energy[at(n)];
              }).parts({{"noise_energy", "mean"}, {"noise_error", "standard_error"}}),
            F("monte_carlo_over_theory",
              [&report, at](Index n) {
                  return report.ratio[at(n)];
              }).parts({{"monte_carlo_over_theory", "mean"}, {"ratio_error", "standard_error"}}),
            F("signal", [&report](Index n) { return report.signal[n]; }).csv_only(),
            {"signal_to_noise", [&report](Index n) { return report.signal_to_noise[n]; }},
            F("lyapunov_exponent",
              [&report, at](Index n) {
                  return n > 0 ? std::optional(report.exponent[at(n - 1)]) : std::nullopt;
              }).parts({{"lyapunov_exponent", "mean"}, {"exponent_error", "standard_error"}}),
            F("singular_values", [&report](Index n) {
                return Vector(report.singular_values.col(n));
            }).column("singular_value")};
}

}  // namespace

Json to_json(const NamedCurve& named) {
    const auto& [name, curve] = named;
    return {{"noise", name},
            {"samples", curve.points.front().correct.size()},
            {"draws", curve.draws},
            {"points", point_table().json(points_of(named))}};
}

Json to_json(const LinearNoiseReport& report) {
    return {{"sample", report.sample.size()},
            {"draws", report.draws},
            {"deviation", report.deviation},
            {"agreement_in_standard_errors", json_number(report.agreement)},
            {"singular_residual", json_number(report.singular_residual)},
            {"margin_variance", to_json(report.margin_variance)},
            {"margin_monte_carlo_over_theory", to_json(report.margin_ratio)},
            {"layers", noise_by_layer_table(report).json(
                           indices_up_to(static_cast<Index>(report.energy.size())))},
            {"noise_in_one_layer", injection_table().json(report.injections)}};
}

Json to_json(const PerturbationStudy& study) {
    const auto list = [](const std::vector<NamedCurve>& curves) {
        Json all = Json::array();
        for (const NamedCurve& curve : curves) {
            all.push_back(to_json(curve));
        }
        return all;
    };
    Json json = {{"robustness", list(study.curves)},
                 {"linear_theory", to_json(study.theory)},
                 {"noise_in_one_layer", list(study.by_layer)}};
    if (!study.twin_curves.empty()) {
        json["twin"] = twin_table().json(study.differences);
    }
    return json;
}

std::vector<std::pair<std::string, CsvTable>> perturbation_tables(const PerturbationStudy& study) {
    std::vector<std::pair<std::string, CsvTable>> tables;
    if (!study.twin_curves.empty()) {
        tables.emplace_back("twin.csv", twin_table().csv(study.differences));
    }
    tables.emplace_back("robustness.csv", robustness_table(study.curves));
    tables.emplace_back("noise_by_layer.csv",
                        noise_by_layer_table(study.theory)
                            .csv(indices_up_to(static_cast<Index>(study.theory.energy.size()))));
    tables.emplace_back("noise_in_layer.csv", injection_table().csv(study.theory.injections));
    tables.emplace_back("robustness_in_layer.csv", robustness_table(study.by_layer));
    return tables;
}

std::string summary(const PerturbationStudy& study) {
    std::string text;
    const auto say = [&]<typename... T>(fmt::format_string<T...> form, T&&... parts) {
        fmt::format_to(std::back_inserter(text), form, std::forward<T>(parts)...);
    };

    for (const auto& [name, curve] : study.curves) {
        say("{} ({} draws, {:.1f} s):", name, curve.draws, curve.seconds);
        for (const RobustnessPoint& point : curve.points) {
            say(" {:g}: {:.2f} ± {:.2f} %,", point.level, 100.0 * point.accuracy.mean,
                100.0 * point.accuracy.standard_error);
        }
        const auto samples = curve.points.front().correct.size();
        say(" samples {}\n", samples);
        if (curve.points.front().zero_gradients) {
            say("  inputs whose gradient is 0:");
            for (const RobustnessPoint& point : curve.points) {
                say(" {:g}: {},", point.level, *point.zero_gradients);
            }
            say(" of {}; an attack has no direction there\n", samples);
        }
    }
    const LinearNoiseReport& theory = study.theory;
    say("linear theory against Monte Carlo: {:.3f} standard errors apart ({} inputs, {} draws "
        "of deviation {:g})\n",
        theory.agreement, theory.sample.size(), theory.draws, theory.deviation);
    say("noise energy by layer, over the input's:");
    for (const MeanWithError& energy : theory.energy) {
        say(" {:.4g}", energy.mean / theory.energy.front().mean);
    }
    say("\nLyapunov exponent of the whole network {:.4g} ± {:.2g}, largest gain {:.4g} "
        "(residual {:.1e})\n",
        theory.exponent.back().mean, theory.exponent.back().standard_error,
        theory.singular_values(0, theory.singular_values.cols() - 1), theory.singular_residual);
    for (const TwinDifference& d : study.differences) {
        say("  {} {:g}: accuracy less the twin's {:+.2f} ± {:.2f} %\n", d.noise, d.level,
            100.0 * d.difference.mean, 100.0 * d.difference.standard_error);
    }
    return text;
}

}  // namespace resdyn
