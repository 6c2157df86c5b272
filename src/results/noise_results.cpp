#include <resdyn/results/noise_results.hpp>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace resdyn {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const MeanWithError& m) {
    return {{"mean", m.mean}, {"standard_error", m.standard_error}};
}

}  // namespace

Json to_json(const NamedCurve& named) {
    const auto& [name, curve] = named;
    Json points = Json::array();
    for (const RobustnessPoint& point : curve.points) {
        points.push_back({{"level", point.level},
                          {"accuracy", json_of(point.accuracy)},
                          {"band", {point.low, point.high}},
                          {"margin", json_of(point.margin)}});
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
        const Vector leading = report.singular_values.col(k);
        Json layer = {{"layer", n},
                      {"noise_energy", json_of(report.energy[n])},
                      {"monte_carlo_over_theory", json_of(report.ratio[n])},
                      {"signal_to_noise", report.signal_to_noise[k]},
                      {"singular_values", std::vector<double>(leading.begin(), leading.end())}};
        layer["lyapunov_exponent"] = n > 0 ? json_of(report.exponent[n - 1]) : Json();
        layers.push_back(std::move(layer));
    }
    Json injections = Json::array();
    for (const LayerInjection& injection : report.injections) {
        injections.push_back({{"layer", injection.layer},
                              {"margin_variance", json_of(injection.margin_variance)},
                              {"monte_carlo_over_theory", json_of(injection.ratio)}});
    }
    return {{"sample", report.sample.size()},
            {"draws", report.draws},
            {"deviation", report.deviation},
            {"agreement_in_standard_errors", report.agreement},
            {"singular_residual", report.singular_residual},
            {"margin_variance", json_of(report.margin_variance)},
            {"margin_monte_carlo_over_theory", json_of(report.margin_ratio)},
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
    for (Index k = 1; k <= report.singular_values.rows(); ++k) {
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
