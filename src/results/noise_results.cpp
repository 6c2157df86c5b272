#include <resdyn/results/noise_results.hpp>

#include <fmt/format.h>

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

}  // namespace resdyn
