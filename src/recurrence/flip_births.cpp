#include "flip_births.hpp"

#include <algorithm>
#include <cmath>

#include "branch_switch.hpp"

namespace resdyn {

namespace {

constexpr double weakest = -0.25;      // multiplier from which on doubled cycles are sought
constexpr int amplitudes = 8;          // each 0.4 times the one before
constexpr Index most_iterations = 20;  // of Newton: a seed near a cycle needs fewer

}  // namespace

Matrix doubled(const MapCycle& cycle, const Matrix& direction, double amplitude) {
    const Index p = cycle.period();
    Matrix guess(cycle.u.rows(), 2 * p);
    guess.leftCols(p) = cycle.u + amplitude * direction;
    guess.rightCols(p) = cycle.u - amplitude * direction;
    return guess;
}

std::vector<MapCycle> cycles_born_by_flips(const ResidualSystem& system, const Pattern& face,
                                           const Vector& equilibrium, Index max_period) {
    const FaceFlow flow(system, face);
    const Vector inside = equilibrium(flow.free_units());
    const Vector centre = inverse(system.activation(), inside);
    std::vector<MapCycle> found;
    auto point = refine_map_cycle(system, face, centre, equilibrium);
    if (!point) {
        return found;
    }
    const double largest =
        2.0 *
        std::max(1.0,
                 system.step() *
                     (flow.block().cwiseAbs().rowwise().sum() + flow.load().cwiseAbs()).maxCoeff());
    std::vector<MapCycle> parents = {std::move(*point)};
    for (std::size_t k = 0; k < parents.size() && found.size() < most_born_cycles; ++k) {
        const MapCycle parent = parents[k];
        if (2 * parent.period() > max_period) {
            continue;
        }
        std::vector<Matrix> layers;
        for (Index n = 0; n < parent.period(); ++n) {
            layers.push_back(face_layer_jacobian(flow, parent.step, parent.u.col(n)));
        }
        for (const Complex m : parent.multipliers) {
            if (m.imag() != 0 || !(m.real() < weakest)) {
                continue;
            }
            const Matrix direction = splitting_direction(layers, m.real());
            double amplitude = largest;
            for (int a = 0; a < amplitudes; ++a, amplitude *= 0.4) {
                auto cycle = refine_map_cycle(system, face, doubled(parent, direction, amplitude),
                                              equilibrium, {.max_iterations = most_iterations});
                if (!cycle || cycle->period() != 2 * parent.period() ||
                    std::any_of(found.begin(), found.end(),
                                [&](const MapCycle& c) { return is_same_cycle(c, *cycle); })) {
                    continue;
                }
                parents.push_back(*cycle);
                found.push_back(std::move(*cycle));
            }
        }
    }
    return found;
}

}  // namespace resdyn
