#include "root_results.hpp"

#include <fmt/format.h>

#include <cmath>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "json_parts.hpp"
#include "proof_text.hpp"
#include "results.hpp"
#include "table.hpp"

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

Table<Root> root_fields(const std::string& variable) {
    using F = Field<Root>;
    return {F(variable, &Root::x),
            {"residual", &Root::residual},
            {"flow_eigenvalues", &Root::eigenvalues},
            {"type", &Root::type},
            {"unstable_dimension", [](const Root& r) { return r.spectrum.unstable; }},
            {"hyperbolic", [](const Root& r) { return r.spectrum.is_hyperbolic(); }},
            {"singular", &Root::singular},
            {"smallest_singular_value", &Root::smallest_singular_value},
            {"proof.proved", [](const Root& r) { return r.proof.proved; }},
            F("proof.radius",
              [](const Root& r) {
                  return r.proof.proved ? std::optional(r.proof.radius) : std::nullopt;
              }).if_present(),
            F("proof.uniqueness_radius",
              [](const Root& r) {
                  return r.proof.proved ? std::optional(r.proof.uniqueness_radius) : std::nullopt;
              }).if_present(),
            {"round", &Root::round},
            {"starts", &Root::starts}};
}

Table<SlowPoint> slow_point_fields(const std::string& variable) {
    return {{variable, &SlowPoint::x},
            {"q", &SlowPoint::q},
            {"gradient", &SlowPoint::gradient},
            {"eigenvalues", &SlowPoint::eigenvalues},
            {"starts", &SlowPoint::starts}};
}

const Table<EquilibriumCone>& cone_fields() {
    static const Table<EquilibriumCone> table = {
        {"pattern", &EquilibriumCone::pattern},
        {"dimension", &EquilibriumCone::dimension},
        {"residual", &EquilibriumCone::residual},
        {"growing_units", &EquilibriumCone::growing_units},
        {"decaying_units", &EquilibriumCone::decaying_units},
        {"direction", &EquilibriumCone::direction}};
    return table;
}

/// A line of the table of roots: a root, or a slow point, of which less is known.
struct RootLine {
    const Root* root;
    const SlowPoint* slow;
};

Table<RootLine> root_lines(const std::string& variable) {
    const auto of_root = [](auto value) {
        return [value](const RootLine& line) {
            return line.root != nullptr ? std::optional(value(*line.root)) : std::nullopt;
        };
    };
    return {{"class", [](const RootLine& line) { return line.root != nullptr ? "root" : "slow"; }},
            {"type", of_root([](const Root& r) { return r.type; })},
            {"unstable_dimension", of_root([](const Root& r) { return r.spectrum.unstable; })},
            {"singular", of_root([](const Root& r) { return r.singular; })},
            {"residual",
             [](const RootLine& line) {
                 return line.root != nullptr ? line.root->residual : std::sqrt(2.0 * line.slow->q);
             }},
            {"proved", of_root([](const Root& r) { return r.proof.proved; })},
            {"radius",
             [](const RootLine& line) {
                 return line.root != nullptr && line.root->proof.proved
                            ? std::optional(line.root->proof.radius)
                            : std::nullopt;
             }},
            {variable, [](const RootLine& line) {
                 return line.root != nullptr ? line.root->x : line.slow->x;
             }}};
}

}  // namespace

Json roots_json(const std::vector<Root>& roots, const std::string& variable) {
    return root_fields(variable).json(roots);
}

Json search_json(const RootSearchResult& result) {
    return {{"starts", result.starts},
            {"at_roots", result.at_roots},
            {"at_slow_points", result.at_slow_points},
            {"outliers", result.outliers},
            {"fast_minima", result.fast_minima},
            {"iteration_limit", result.iteration_limit},
            {"non_finite", result.non_finite},
            {"deflation_rounds", result.rounds}};
}

Json roots_json(const RootSearchResult& result, const RootSearchOptions& options,
                const ResidualSystem& system, const std::string& variable) {
    Index stable = 0;
    for (const Root& root : result.roots) {
        stable += root.spectrum.is_stable() ? 1 : 0;
    }
    Json search = search_json(result);
    search["rules"] = {{"residual_tol", options.newton.residual_tol},
                       {"merge_tol", options.merge_tol},
                       {"outlier_factor", options.outlier_factor},
                       {"slow_speed", options.slow_speed},
                       {"singular_tol", options.singular_tol}};
    return {{"activation", to_string(system.activation())},
            {"step", system.step()},
            {"dimension", system.dimension()},
            {"complete", false},
            {"method", "newton"},
            {"variable", variable},
            {"search", std::move(search)},
            {"counts", {{"total", result.roots.size()}, {"stable", stable}}},
            {"singular_patterns", nullptr},
            {"continua", nullptr},
            {"equilibria", roots_json(result.roots, variable)},
            {"slow_points", slow_point_fields(variable).json(result.slow)}};
}

Json cones_json(const ConeReport& report) {
    return {{"complete", true},
            {"supports", report.supports},
            {"cones", cone_fields().json(report.cones)}};
}

CsvTable cone_table(const ConeReport& report) {
    return cone_fields().csv(report.cones);
}

CsvTable root_table(const RootSearchResult& result, const std::string& variable) {
    std::vector<RootLine> lines;
    for (const Root& root : result.roots) {
        lines.push_back({&root, nullptr});
    }
    for (const SlowPoint& point : result.slow) {
        lines.push_back({nullptr, &point});
    }
    return root_lines(variable).csv(lines);
}

}  // namespace resdyn
