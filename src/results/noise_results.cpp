#include <resdyn/results/noise_results.hpp>

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include <resdyn/results/json_parts.hpp>

namespace resdyn {

using Json = nlohmann::ordered_json;

Json to_json(const NamedCurve& named) {
    const auto& [name, curve] = named;
    Json points = Json::array();
    for (const RobustnessPoint& point : curve.points) {
        points.push_back({{"level", point.level},
                          {"accuracy", to_json(point.accuracy)},
                          {"band", {point.low, point.high}},
                          {"margin", to_json(point.margin)}});
        if (point.zero_gradients) {
            points.back()["zero_gradients"] = *point.zero_gradients;
        }
    }
    return {{"noise", name},
            {"samples", curve.points.front().correct.size()},
            {"draws", curve.draws},
            {"points", points}};
}

Json to_json(const LinearNoiseReport& report) {
    Json layers = Json::array();
    for (std::size_t n = 0; n < report.energy.size(); ++n) {
        const auto k = static_cast<Index>(n);
        Json layer = {{"layer", n},
                      {"noise_energy", to_json(report.energy[n])},
                      {"monte_carlo_over_theory", to_json(report.ratio[n])},
                      {"signal_to_noise", json_number(report.signal_to_noise[k])},
                      {"singular_values", json_numbers(Vector(report.singular_values.col(k)))}};
        layer["lyapunov_exponent"] = n > 0 ? to_json(report.exponent[n - 1]) : Json();
        layers.push_back(std::move(layer));
    }
    Json injections = Json::array();
    for (const LayerInjection& injection : report.injections) {
        injections.push_back({{"layer", injection.layer},
                              {"margin_variance", to_json(injection.margin_variance)},
                              {"monte_carlo_over_theory", to_json(injection.ratio)}});
    }
    return {{"sample", report.sample.size()},
            {"draws", report.draws},
            {"deviation", report.deviation},
            {"agreement_in_standard_errors", json_number(report.agreement)},
            {"singular_residual", json_number(report.singular_residual)},
            {"margin_variance", to_json(report.margin_variance)},
            {"margin_monte_carlo_over_theory", to_json(report.margin_ratio)},
            {"layers", layers},
            {"noise_in_one_layer", injections}};
}

CsvTable robustness_table(const std::vector<NamedCurve>& curves) {
    CsvTable table({"noise", "level", "draws", "accuracy", "accuracy_error", "low", "high",
                    "margin", "margin_error", "zero_gradients"});
    for (const auto& [name, curve] : curves) {
        for (const RobustnessPoint& point : curve.points) {
            table.add({name, point.level, static_cast<long>(curve.draws), point.accuracy.mean,
                       point.accuracy.standard_error, point.low, point.high, point.margin.mean,
                       point.margin.standard_error,
                       point.zero_gradients ? CsvTable::Cell(*point.zero_gradients)
                                            : CsvTable::Cell(std::string())});
        }
    }
    return table;
}

CsvTable noise_by_layer_table(const LinearNoiseReport& report) {
    std::vector<std::string> columns = {
        "layer",  "noise_energy",    "noise_error",       "monte_carlo_over_theory", "ratio_error",
        "signal", "signal_to_noise", "lyapunov_exponent", "exponent_error"};
    for (Index k = 0; k < report.singular_values.rows(); ++k) {
        columns.push_back(fmt::format("singular_value_{}", k));
    }
    CsvTable table(columns);
    for (std::size_t n = 0; n < report.energy.size(); ++n) {
        const auto k = static_cast<Index>(n);
        const bool has_exponent = n > 0;
        std::vector<CsvTable::Cell> row = {
            static_cast<long>(n),
            report.energy[n].mean,
            report.energy[n].standard_error,
            report.ratio[n].mean,
            report.ratio[n].standard_error,
            report.signal[k],
            report.signal_to_noise[k],
            has_exponent ? CsvTable::Cell(report.exponent[n - 1].mean) : std::string(),
            has_exponent ? CsvTable::Cell(report.exponent[n - 1].standard_error) : std::string()};
        for (const double value : report.singular_values.col(k)) {
            row.emplace_back(value);
        }
        table.add(row);
    }
    return table;
}

CsvTable injection_table(const LinearNoiseReport& report) {
    CsvTable table({"layer", "margin_variance", "margin_variance_error", "monte_carlo_over_theory",
                    "ratio_error"});
    for (const LayerInjection& injection : report.injections) {
        table.add({static_cast<long>(injection.layer), injection.margin_variance.mean,
                   injection.margin_variance.standard_error, injection.ratio.mean,
                   injection.ratio.standard_error});
    }
    return table;
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
        json["twin"] = Json::array();
        for (const TwinDifference& d : study.differences) {
            json["twin"].push_back({{"noise", d.noise},
                                    {"level", d.level},
                                    {"difference", d.difference.mean},
                                    {"standard_error", d.difference.standard_error}});
        }
    }
    return json;
}

std::vector<std::pair<std::string, CsvTable>> perturbation_tables(const PerturbationStudy& study) {
    std::vector<std::pair<std::string, CsvTable>> tables;
    if (!study.twin_curves.empty()) {
        CsvTable table(
            {"noise", "level", "accuracy", "twin_accuracy", "difference", "difference_error"});
        for (const TwinDifference& d : study.differences) {
            table.add({d.noise, d.level, d.accuracy, d.twin_accuracy, d.difference.mean,
                       d.difference.standard_error});
        }
        tables.emplace_back("twin.csv", std::move(table));
    }
    tables.emplace_back("robustness.csv", robustness_table(study.curves));
    tables.emplace_back("noise_by_layer.csv", noise_by_layer_table(study.theory));
    tables.emplace_back("noise_in_layer.csv", injection_table(study.theory));
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
