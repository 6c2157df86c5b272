#include <resdyn/results/root_results.hpp>

#include <fmt/format.h>

#include <cmath>

#include <nlohmann/json.hpp>
#include <vector>

#include <resdyn/results/json_parts.hpp>
#include <resdyn/results/proof_text.hpp>
#include <resdyn/results/results.hpp>

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

Json proof_json(const RootProof& proof) {
    if (!proof.proved) {
        return {{"proved", false}};
    }
    return {
        {"proved", true}, {"radius", proof.radius}, {"uniqueness_radius", proof.uniqueness_radius}};
}

}  // namespace

Json roots_json(const RootSearchResult& result, const RootSearchOptions& options,
                const ResidualSystem& system, const std::string& variable) {
    Json roots = Json::array();
    Index stable = 0;
    for (const Root& root : result.roots) {
        stable += root.spectrum.is_stable() ? 1 : 0;
        roots.push_back({{variable, json_numbers(root.x)},
                         {"residual", root.residual},
                         {"flow_eigenvalues", json_numbers(root.eigenvalues)},
                         {"type", to_string(root.type)},
                         {"unstable_dimension", root.spectrum.unstable},
                         {"hyperbolic", root.spectrum.is_hyperbolic()},
                         {"singular", root.singular},
                         {"smallest_singular_value", root.smallest_singular_value},
                         {"proof", proof_json(root.proof)},
                         {"round", root.round},
                         {"starts", root.starts}});
    }
    Json slow = Json::array();
    for (const SlowPoint& point : result.slow) {
        slow.push_back({{variable, json_numbers(point.x)},
                        {"q", point.q},
                        {"gradient", point.gradient},
                        {"eigenvalues", json_numbers(point.eigenvalues)},
                        {"starts", point.starts}});
    }
    return {{"activation", to_string(system.activation())},
            {"step", system.step()},
            {"dimension", system.dimension()},
            {"complete", false},
            {"method", "newton"},
            {"variable", variable},
            {"search",
             {{"starts", result.starts},
              {"at_roots", result.at_roots},
              {"at_slow_points", result.at_slow_points},
              {"outliers", result.outliers},
              {"fast_minima", result.fast_minima},
              {"iteration_limit", result.iteration_limit},
              {"non_finite", result.non_finite},
              {"deflation_rounds", result.rounds},
              {"rules",
               {{"residual_tol", options.newton.residual_tol},
                {"merge_tol", options.merge_tol},
                {"outlier_factor", options.outlier_factor},
                {"slow_speed", options.slow_speed},
                {"singular_tol", options.singular_tol}}}}},
            {"counts", {{"total", result.roots.size()}, {"stable", stable}}},
            {"singular_patterns", nullptr},
            {"continua", nullptr},
            {"equilibria", std::move(roots)},
            {"slow_points", std::move(slow)}};
}

Json cones_json(const ConeReport& report) {
    Json list = Json::array();
    for (const EquilibriumCone& cone : report.cones) {
        list.push_back({{"pattern", to_string(cone.pattern)},
                        {"dimension", cone.dimension},
                        {"direction", json_numbers(cone.direction)},
                        {"residual", cone.residual},
                        {"growing_units", cone.growing_units},
                        {"decaying_units", cone.decaying_units}});
    }
    return {{"complete", true}, {"supports", report.supports}, {"cones", std::move(list)}};
}

CsvTable cone_table(const ConeReport& report) {
    std::vector<std::string> columns = {"pattern", "dimension", "residual", "growing_units",
                                        "decaying_units"};
    const Index n = report.cones.empty() ? 0 : report.cones.front().direction.size();
    for (Index i = 0; i < n; ++i) {
        columns.push_back("direction_" + std::to_string(i));
    }
    CsvTable table(columns);
    for (const EquilibriumCone& cone : report.cones) {
        std::vector<CsvTable::Cell> row = {to_string(cone.pattern), cone.dimension, cone.residual,
                                           cone.growing_units, cone.decaying_units};
        row.insert(row.end(), cone.direction.begin(), cone.direction.end());
        table.add(row);
    }
    return table;
}

CsvTable root_table(const RootSearchResult& result, const std::string& variable) {
    std::vector<std::string> columns = {
        "class", "type", "unstable_dimension", "singular", "residual", "proved", "radius"};
    const Index n = !result.roots.empty()  ? result.roots.front().x.size()
                    : !result.slow.empty() ? result.slow.front().x.size()
                                           : 0;
    for (Index i = 0; i < n; ++i) {
        columns.push_back(fmt::format("{}_{}", variable, i));
    }
    CsvTable table(columns);
    const auto with_point = [](std::vector<CsvTable::Cell> row, const Vector& x) {
        row.insert(row.end(), x.begin(), x.end());
        return row;
    };
    for (const Root& root : result.roots) {
        const CsvTable::Cell radius =
            root.proof.proved ? CsvTable::Cell(root.proof.radius) : CsvTable::Cell(std::string());
        table.add(
            with_point({"root", std::string(to_string(root.type)),
                        static_cast<long>(root.spectrum.unstable), root.singular ? "true" : "false",
                        root.residual, root.proof.proved ? "true" : "false", radius},
                       root.x));
    }
    for (const SlowPoint& point : result.slow) {
        table.add(with_point({"slow", "", "", "", std::sqrt(2.0 * point.q), "", ""}, point.x));
    }
    return table;
}

}  // namespace resdyn
