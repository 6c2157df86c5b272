#include <resdyn/model/systems.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/suggestion.hpp"

namespace resdyn {

namespace {

Matrix matrix(Index n, std::initializer_list<double> rows) {
    return Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
        rows.begin(), n, n);
}

}  // namespace

const std::vector<NamedSystem>& named_systems() {
    static const std::vector<NamedSystem> systems = {
        {"one-unit", "saturates at 1 with rate w", Activation::Logistic, matrix(1, {1})},
        {"winner-takes-all", "two winners, a source at (1,1), a degenerate origin",
         Activation::Logistic, matrix(2, {1, -2, -2, 1})},
        {"mutual-help", "rank 1: u_0 - u_1 is constant, (1,1) attracts", Activation::Logistic,
         matrix(2, {1, 1, 1, 1})},
        {"heteroclinic-cycle", "three saddles visited in turn, ever longer; nothing settles",
         Activation::Logistic, matrix(3, {1, -3, 1, 1, 1, -3, -3, 1, 1})},
        {"limit-cycle", "a limit cycle on the face where unit 2 is high, about (1/2, 1/4, 1)",
         Activation::Logistic, matrix(3, {3.75, -12, 1.125, 3, -4, -0.5, 0, 0, 1})},
        {"strange-attractor",
         "chaos on the face where unit 3 is high: Arneodo, Coullet, Tresser 1980, scaled",
         Activation::Logistic,
         matrix(4, {-25, -25, -5, 1.1, 25, 5, -5, -0.5, -75, -5, -5, 1.7, 0, 0, 0, 1})},
        {"false-repeller", "the origin is unstable, yet attracts after an excursion",
         Activation::Logistic, matrix(2, {1, -2, 1, -1})},
        {"competing-zero-diagonal", "both axes are continua of equilibria", Activation::Logistic,
         matrix(2, {0, -1, -1, 0})},
        {"conservative-pair", "closed orbits in the flow, spirals in the network", Activation::Tanh,
         matrix(2, {0, 1, -1, 0})},
        {"dissipative", "0 attracts the open cube in the flow; in the network for h < 2/(1+w^2)",
         Activation::Tanh, matrix(3, {-1, 2, 0, -2, -1, 1, 0, -1, -1})},
        {"hopfield", "symmetric with zero diagonal: V falls, memories at the vertices",
         Activation::Tanh, matrix(3, {0, 1, -1, 1, 0, -1, -1, -1, 0})},
    };
    return systems;
}

const NamedSystem& named_system(std::string_view name) {
    std::vector<std::string> names;
    for (const NamedSystem& system : named_systems()) {
        if (system.name == name) {
            return system;
        }
        names.push_back(system.name);
    }
    reject_name("--system", fmt::format("one of {}", fmt::join(names, ", ")), name);
}

}  // namespace resdyn
