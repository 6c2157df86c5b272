// Is there a non-degenerate Hopf point, and a limit cycle, on a face of a logistic system of N ≤ 4
// units? What was searched, how, and what it shows: hopf_search.md.
//
// Usage: hopf_search [--trials K] [--seed S] [--out DIR]
// Exit code 1 if a check fails: the sign of l₁ in two coordinates, its sign on planar faces against
// −sign(w₁₁(w₁₂² − w₂₁²)), or nothing found.
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <map>
#include <numbers>
#include <optional>
#include <string>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/face_flow.hpp>
#include <resdyn/recurrence/recurrent_motion.hpp>

#include "formats/csv.hpp"
#include "formats/output_folder.hpp"
#include "model/residual_jet.hpp"
#include "numerics/decompositions.hpp"

using namespace resdyn;

namespace {

struct Options {
    Index trials = 2000;
    std::uint64_t seed = 1;
    std::string out;
};

/// A system with an equilibrium y on an open face whose free block has the pair ±iω, by
/// construction: diag(g(y_F)) W_FF = Q (rotation ⊕ ρ) Q⁻¹ with random Q, and a High unit's column
/// that carries the load −W_FF y_F.
struct HopfPoint {
    std::string family;
    Matrix W;
    Vector y;
    std::vector<Index> free;
    double frequency = 0.0;
};

Matrix random_block(Index n, double omega, Random& random) {
    Matrix D = Matrix::Zero(n, n);
    D(0, 1) = -omega;
    D(1, 0) = omega;
    if (n == 3) {
        D(2, 2) = -random.uniform(0.2, 2.0);
    }
    const Matrix Q = random.normal_matrix(n, n, 1.0);
    return Q * D * Lu(Q).inverse();
}

/// Faces with an inhomogeneous part: `free_count` free units, then one High unit, then Low ones.
/// The saturated units hold themselves: rows that keep their rates on the stable side.
HopfPoint loaded_face(Index n, Index free_count, double growth, Random& random) {
    HopfPoint point;
    point.family = std::to_string(free_count) + " free of N = " + std::to_string(n);
    point.frequency = random.uniform(0.3, 2.0);
    const Vector y = random.uniform_vector(free_count, 0.1, 0.9);
    const Vector g = gain(Activation::Logistic, y);
    Matrix block = random_block(free_count, point.frequency, random);
    block.diagonal().array() += growth;
    point.W = Matrix::Zero(n, n);
    point.W.topLeftCorner(free_count, free_count) = g.cwiseInverse().asDiagonal() * block;
    point.W.block(0, free_count, free_count, 1) =
        -point.W.topLeftCorner(free_count, free_count) * y;
    point.W(free_count, free_count) = 1.0;
    for (Index i = free_count + 1; i < n; ++i) {
        point.W.block(0, i, free_count, 1) = random.normal_matrix(free_count, 1, 1.0);
        point.W(i, free_count) = -1.0;  // Low: its rate is −1
    }
    point.y = Vector::Zero(n);
    point.y.head(free_count) = y;
    point.y[free_count] = 1.0;
    for (Index i = 0; i < free_count; ++i) {
        point.free.push_back(i);
    }
    return point;
}

/// Derivatives in u_F: u' = W_FF f(u) + load.
FieldJet preactivation_jet(const Matrix& R_plus_W, const Vector& y, const Matrix& R) {
    const Index n = R.cols();
    FieldJet jet{Matrix::Zero(n, n), {}, {}};
    Vector first(y.size());
    Vector second(y.size());
    Vector third(y.size());
    for (Index k = 0; k < y.size(); ++k) {
        const double g = gain(Activation::Logistic, y[k]);
        const double slope = gain_slope(Activation::Logistic, y[k]);
        first[k] = g;                              // f'
        second[k] = g * slope;                     // f''
        third[k] = g * (slope * slope - 2.0 * g);  // f''' with g'' = −2
    }
    jet.jacobian = R_plus_W * first.asDiagonal() * R;
    for (Index i = 0; i < n; ++i) {
        Matrix H = Matrix::Zero(n, n);
        for (Index k = 0; k < y.size(); ++k) {
            H += R_plus_W(i, k) * second[k] * R.row(k).transpose() * R.row(k);
        }
        jet.second.push_back(H);
        for (Index j = 0; j < n; ++j) {
            Matrix T = Matrix::Zero(n, n);
            for (Index k = 0; k < y.size(); ++k) {
                T += R_plus_W(i, k) * third[k] * R(k, j) * R.row(k).transpose() * R.row(k);
            }
            jet.third.push_back(T);
        }
    }
    return jet;
}

/// The open cube of N = 3: an interior equilibrium needs W y = 0, so W has rank 2, the equilibria
/// are a ray, and ℓ·u is constant (ℓᵀW = 0). On each leaf u = u* + R v the motion is planar.
std::optional<std::pair<FirstLyapunovCoefficient, Matrix>> interior_leaf(Random& random) {
    const Vector y = random.uniform_vector(3, 0.1, 0.9);
    const Vector g = gain(Activation::Logistic, y);
    Matrix W = random.normal_matrix(3, 3, 1.0);
    // W y = 0 by the last column; Σ w_ii g_i = 0 by w_11, whose row keeps W y = 0.
    const auto close_rows = [&] { W.col(2) = -(W.leftCols(2) * y.head(2)) / y[2]; };
    close_rows();
    // trace: Σ w_ii g_i is affine in w_11.
    const double trace0 = W.diagonal().dot(g);
    W(0, 0) += 1.0;
    close_rows();
    const double slope = W.diagonal().dot(g) - trace0;
    W(0, 0) -= 1.0 + trace0 / slope;
    close_rows();
    const Matrix R = singular_vectors(W).left.leftCols(2);
    const FieldJet jet = preactivation_jet(R.transpose() * W, y, R);
    if (Lu(jet.jacobian).determinant() <= 1e-3) {
        return std::nullopt;  // a saddle, no pair
    }
    return std::pair(first_lyapunov_coefficient(jet), W);
}

struct Tally {
    Index points = 0;
    std::map<HopfCriticality, Index> by_kind;
    double smallest = 1e300;  ///< |l₁| / error_bound
    Index cycles_sought = 0;
    Index cycles_found = 0;
};

/// On planar faces: sign l₁ = −sign(w₁₁ (w₁₂² − w₂₁²)).
bool sign_as_predicted(const Matrix& W, const FirstLyapunovCoefficient& l1) {
    const double predicted = -W(0, 0) * (W(0, 1) * W(0, 1) - W(1, 0) * W(1, 0));
    return l1.criticality == HopfCriticality::Degenerate || (l1.value > 0) == (predicted > 0);
}

std::vector<CsvTable::Cell> weights_cells(const Matrix& W) {
    std::vector<CsvTable::Cell> cells;
    for (Index i = 0; i < 4; ++i) {
        for (Index j = 0; j < 4; ++j) {
            cells.push_back(i < W.rows() && j < W.cols() ? CsvTable::Cell(W(i, j))
                                                         : CsvTable::Cell(""));
        }
    }
    return cells;
}

std::vector<std::string> with_weights(std::vector<std::string> columns) {
    for (int i = 1; i <= 4; ++i) {
        for (int j = 1; j <= 4; ++j) {
            columns.push_back("w_" + std::to_string(i) + std::to_string(j));
        }
    }
    return columns;
}

std::vector<CsvTable::Cell> cycle_row(const std::string& family, std::optional<double> l1,
                                      std::optional<double> growth, const PeriodicOrbit& orbit,
                                      const Matrix& W) {
    double other = 0.0;
    for (std::size_t k = 0; k < orbit.multipliers.size(); ++k) {
        other = k == orbit.trivial ? other : std::max(other, std::abs(orbit.multipliers[k]));
    }
    std::vector<CsvTable::Cell> row = {family,
                                       l1 ? CsvTable::Cell(*l1) : CsvTable::Cell(""),
                                       growth ? CsvTable::Cell(*growth) : CsvTable::Cell(""),
                                       orbit.period,
                                       orbit.residual,
                                       orbit.trivial_error,
                                       other,
                                       orbit.amplitude};
    const auto cells = weights_cells(W);
    row.insert(row.end(), cells.begin(), cells.end());
    return row;
}

/// A limit cycle near the point, with the pair moved to growth ± iω: sought from beside y*.
std::optional<PeriodicOrbit> limit_cycle(const HopfPoint& point, double growth) {
    Pattern face{std::vector<UnitState>(static_cast<std::size_t>(point.y.size()), UnitState::Low)};
    for (const Index i : point.free) {
        face.states[static_cast<std::size_t>(i)] = UnitState::Free;
    }
    face.states[point.free.size()] = UnitState::High;
    const FaceFlow flow(ResidualSystem(point.W, Activation::Logistic), face);
    Vector u = inverse(Activation::Logistic, Vector(point.y(point.free)));
    u[0] += 0.02;
    return find_periodic_orbit(
        flow, u,
        {.transient = 12.0 / growth, .t_search = 8 * 2 * std::numbers::pi / point.frequency});
}

/// Systems of independent standard normal weights, nothing imposed: how many have a limit cycle?
struct RandomSystems {
    Index systems = 0;
    Index with_candidates = 0;   ///< the face theorem leaves faces on which motion can recur.
    Index with_limit_cycle = 0;  ///< that attracts within its face.
    Index attracting_in_cube = 0;
};

RandomSystems random_systems(Index n, const Options& options, CsvTable& cycles) {
    RandomSystems result;
    for (Index trial = 0; trial < options.trials / 2; ++trial) {
        Random random(options.seed, static_cast<std::uint64_t>(trial + 50000000 + 1000000 * n));
        const Matrix W = random.normal_matrix(n, n, 1.0);
        const ResidualSystem system(W, Activation::Logistic);
        ++result.systems;
        const Atlas atlas = equilibrium_atlas(system, {.listing = Listing::Faces, .threads = 1});
        if (atlas.recurrence.candidate_count() == 0) {
            continue;
        }
        ++result.with_candidates;
        const RecurrentMotion motion =
            recurrent_motion(system, {.starts = 2, .threads = 1, .connections = {.starts = 0}});
        bool cycle = false;
        bool in_cube = false;
        for (const MotionFinding& f : motion.findings) {
            if (f.motion != Motion::LimitCycle) {
                continue;
            }
            if (!cycle) {
                cycles.add(cycle_row("random, N = " + std::to_string(n) + ", " + to_string(f.face),
                                     std::nullopt, std::nullopt, *f.orbit, W));
            }
            cycle = true;
            in_cube = in_cube || f.attracts_in_cube;
        }
        result.with_limit_cycle += cycle ? 1 : 0;
        result.attracting_in_cube += in_cube ? 1 : 0;
    }
    return result;
}

Options parsed(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; i += 2) {
        const std::string name = argv[i];
        const std::string value = i + 1 < argc ? argv[i + 1] : "";
        if (name == "--out" && !value.empty()) {
            options.out = value;
        } else if ((name == "--trials" || name == "--seed") &&
                   value.find_first_not_of("0123456789") == std::string::npos && !value.empty() &&
                   value.size() < 10 && (name == "--seed" || std::stol(value) > 0)) {
            const long number = std::stol(value);
            if (name == "--trials") {
                options.trials = number;
            } else {
                options.seed = static_cast<std::uint64_t>(number);
            }
        } else {
            reject_argument("hopf_search", "--trials K (> 0), --seed S, --out DIR",
                            std::string(name).append(" ").append(value));
        }
    }
    return options;
}

int search(const Options& options) {
    CsvTable points(
        with_weights({"family", "criticality", "l1", "error_bound", "frequency", "real_part"}));
    CsvTable cycles(with_weights({"family", "l1", "growth", "period", "residual", "trivial_error",
                                  "largest_other_multiplier", "amplitude_u"}));
    std::map<std::string, Tally> tallies;
    Index failures = 0;
    const auto note = [&](const std::string& family, const FirstLyapunovCoefficient& l1,
                          const Matrix& W) {
        Tally& tally = tallies[family];
        ++tally.points;
        ++tally.by_kind[l1.criticality];
        tally.smallest = std::min(tally.smallest, std::abs(l1.value) / l1.error_bound);
        std::vector<CsvTable::Cell> row = {family,       std::string(to_string(l1.criticality)),
                                           l1.value,     l1.error_bound,
                                           l1.frequency, l1.real_part};
        const auto cells = weights_cells(W);
        row.insert(row.end(), cells.begin(), cells.end());
        points.add(row);
    };
    constexpr std::pair<Index, Index> families[] = {{3, 2}, {4, 2}, {4, 3}};
    const Index sought = std::max<Index>(3, options.trials / 50);
    for (const auto& [n, free_count] : families) {
        for (Index trial = 0; trial < options.trials; ++trial) {
            const auto task = static_cast<std::uint64_t>(trial + 1000000 * (10 * n + free_count));
            Random random(options.seed, task);
            const HopfPoint point = loaded_face(n, free_count, 0.0, random);
            const ResidualSystem system(point.W, Activation::Logistic);
            const auto l1 = first_lyapunov_coefficient(residual_jet(system, point.y, point.free));
            note(point.family, l1, point.W);
            // The other coordinates: the sign must be the same.
            const Matrix W_FF = system.W()(point.free, point.free);
            const auto in_u = first_lyapunov_coefficient(preactivation_jet(
                W_FF, point.y(point.free), Matrix::Identity(free_count, free_count)));
            if (in_u.criticality != l1.criticality &&
                l1.criticality != HopfCriticality::Degenerate &&
                in_u.criticality != HopfCriticality::Degenerate) {
                std::cout << "FAILED: l1 = " << l1.value << " in y, " << in_u.value << " in u\n";
                ++failures;
            }
            if (free_count == 2 && !sign_as_predicted(point.W, l1)) {
                std::cout << "FAILED: l1 = " << l1.value << " against its predicted sign\n";
                ++failures;
            }
            Tally& tally = tallies[point.family];
            // Clearly supercritical points get a cycle when the pair moves to the right.
            if (l1.value < -0.05 && tally.cycles_sought < sought) {
                Random again(options.seed, task);
                const double growth = 0.002;
                const HopfPoint moved = loaded_face(n, free_count, growth, again);
                ++tally.cycles_sought;
                const auto orbit = limit_cycle(moved, growth);
                if (orbit && orbit->stability == OrbitStability::Attracting) {
                    ++tally.cycles_found;
                    cycles.add(cycle_row(moved.family, l1.value, growth, *orbit, moved.W));
                }
            }
        }
    }
    for (Index trial = 0; trial < options.trials; ++trial) {
        Random random(options.seed, static_cast<std::uint64_t>(trial + 99000000));
        if (const auto leaf = interior_leaf(random)) {
            note("leaf of the open cube, N = 3", leaf->first, leaf->second);
        }
    }
    CsvTable summary({"family", "points", "supercritical", "subcritical", "degenerate", "undefined",
                      "smallest_l1_over_bound", "cycles_sought", "cycles_found"});
    Index non_degenerate = 0;
    Index found = 0;
    for (const auto& [family, tally] : tallies) {
        const auto kind = [&, &by = tally.by_kind](HopfCriticality k) {
            const auto at = by.find(k);
            return at == by.end() ? Index{0} : at->second;
        };
        const Index super = kind(HopfCriticality::Supercritical);
        const Index sub = kind(HopfCriticality::Subcritical);
        non_degenerate += super + sub;
        found += tally.cycles_found;
        summary.add({family, tally.points, super, sub, kind(HopfCriticality::Degenerate),
                     kind(HopfCriticality::Undefined), tally.smallest, tally.cycles_sought,
                     tally.cycles_found});
        std::cout << family << ": " << tally.points << " Hopf points, " << super
                  << " supercritical, " << sub << " subcritical, "
                  << kind(HopfCriticality::Degenerate)
                  << " degenerate; |l1| >= " << std::setprecision(3) << tally.smallest
                  << " error bounds; limit cycles found " << tally.cycles_found << " of "
                  << tally.cycles_sought << " sought\n";
    }
    CsvTable random_table(
        {"n", "systems", "with_candidate_faces", "with_limit_cycle", "attracting_in_cube"});
    for (const Index n : {3, 4}) {
        const RandomSystems r = random_systems(n, options, cycles);
        random_table.add(
            {n, r.systems, r.with_candidates, r.with_limit_cycle, r.attracting_in_cube});
        std::cout << "random weights, N = " << n << ": of " << r.systems << " systems "
                  << r.with_candidates << " have candidate faces, " << r.with_limit_cycle
                  << " a limit cycle, " << r.attracting_in_cube
                  << " one that attracts in the cube\n";
    }
    if (non_degenerate == 0 || found == 0) {
        std::cout << "FAILED: no non-degenerate Hopf point, or no limit cycle\n";
        ++failures;
    }
    if (!options.out.empty()) {
        OutputFolder folder(options.out);
        folder.write("hopf_points.csv", points.text());
        folder.write("limit_cycles.csv", cycles.text());
        folder.write("summary.csv", summary.text());
        folder.write("random_systems.csv", random_table.text());
        folder.commit();
    }
    return failures == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return search(parsed(argc, argv));
    } catch (const std::exception& error) {
        std::cerr << "hopf_search: " << error.what() << '\n';
        return 2;
    }
}
