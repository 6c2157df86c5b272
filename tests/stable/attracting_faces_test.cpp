// Two routes to the faces that can attract (the tree, the atlas), known systems, and a replay of
// the tree's evidence in rationals by a checker of its own.
#include <resdyn/stable/attracting_faces.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <set>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/stable/stable_equilibria.hpp>

#include "equilibria/exact_weights.hpp"
#include "numerics/exact_rational.hpp"
#include "support/refusal.hpp"
#include "support/tied_weights.hpp"

using namespace resdyn;
using exact::Rational;

BOOST_AUTO_TEST_SUITE(attracting_faces_)

namespace {

std::set<std::string> words(const AttractingFaces& search, bool isolated) {
    std::set<std::string> result;
    for (const AttractingFace& face : search.faces) {
        if (face.is_isolated() == isolated) {
            result.insert(to_string(face.pattern));
        }
    }
    return result;
}

/// What a listed face says of itself, in double.
void check_point(const ResidualSystem& system, const AttractingFace& face) {
    const Levels range = levels(system.activation());
    const Vector rates = system.W() * face.y;
    const double tolerance = 1e-11 * (1.0 + system.W().cwiseAbs().rowwise().sum().maxCoeff());
    double margin = std::numeric_limits<double>::infinity();
    for (Index i = 0; i < face.y.size(); ++i) {
        if (face.pattern[i] == UnitState::Free) {
            BOOST_TEST((face.y[i] > range.low && face.y[i] < range.high));
            BOOST_TEST(std::abs(rates[i]) < tolerance);
            BOOST_TEST(face.transverse_exponents[i] == 0.0);
            continue;
        }
        const bool low = face.pattern[i] == UnitState::Low;
        BOOST_TEST(face.y[i] == (low ? range.low : range.high));
        const double lambda = gain_slope(system.activation(), face.y[i]) * rates[i];
        BOOST_TEST(face.transverse_exponents[i] <= 0.0);
        BOOST_TEST(std::abs(face.transverse_exponents[i] - lambda) < 4 * tolerance);
        margin = std::min(margin, std::abs(face.transverse_exponents[i]));
    }
    BOOST_TEST(face.transverse_margin == margin);
    const auto free = static_cast<Index>(face.pattern.free_units().size());
    BOOST_TEST(face.inside.dimension() == free - face.dimension);
    BOOST_TEST(static_cast<Index>(face.inside_eigenvalues.size()) == free);
}

/// The tree against the whole atlas.
AttractingFaces agrees_with_atlas(const ResidualSystem& system) {
    const Atlas atlas = equilibrium_atlas(system);
    std::set<std::string> expected;
    for (const Equilibrium& e : atlas.equilibria) {
        if (e.spectrum.unstable == e.free_spectrum.unstable) {
            expected.insert(to_string(e.pattern));
        }
    }
    std::set<std::string> continua;
    for (const Continuum& c : atlas.continua) {
        continua.insert(to_string(c.pattern));
    }
    AttractingFaces search = attracting_faces(system);
    BOOST_TEST(search.complete());
    BOOST_TEST(search.all_listed());
    BOOST_TEST(words(search, true) == expected);
    BOOST_TEST(search.isolated == expected.size());
    BOOST_TEST(atlas.counts.not_transversally_unstable == static_cast<Index>(expected.size()));
    BOOST_TEST(search.continua == static_cast<std::uint64_t>(atlas.attracting_continua));
    for (const std::string& word : words(search, false)) {
        BOOST_TEST(continua.contains(word));
    }
    for (const AttractingFace& face : search.faces) {
        check_point(system, face);
    }
    if (system.activation() == Activation::Tanh) {
        BOOST_TEST(search.count() >= 1U);  // Brouwer
    } else {
        BOOST_TEST(words(search, true)
                       .contains(std::string(static_cast<std::size_t>(system.dimension()),
                                             'L')));  // y = 0: every λ_i is 0
    }
    return search;
}

AttractingFaces of(const char* name) {
    const NamedSystem& system = named_system(name);
    return agrees_with_atlas(ResidualSystem(system.W, system.activation));
}

using Words = std::set<std::string>;

/// Replays the evidence of a search in rationals: every conclusion, every child, every leaf.
class Replay {
  public:
    Replay(const ResidualSystem& system, const std::vector<NodeProof>& proofs)
        : n_(system.dimension()) {
        for (const NodeProof& proof : proofs) {
            BOOST_TEST(nodes_.emplace(key(proof.states), &proof).second);
        }
        const Levels range = levels(system.activation());
        low_ = static_cast<int>(range.low);
        high_ = static_cast<int>(range.high);
        const exact::BinaryMatrix whole = exact_weights(system);
        for (Index i = 0; i < n_; ++i) {
            Rational largest = 0;
            for (Index j = 0; j < n_; ++j) {
                largest = std::max<Rational>(largest, Rational(abs(whole.entries(i, j))));
            }
            const exact::Integer power =
                largest == 0 ? exact::Integer(1)
                             : exact::Integer(1) << msb(exact::Integer(numerator(largest)));
            for (Index j = 0; j < n_; ++j) {
                weights_.emplace_back(whole.entries(i, j), power);
            }
        }
    }

    /// Patterns that are left as leaves below this node; the node must be in the evidence.
    void run(const std::vector<std::uint8_t>& start) {
        const auto found = nodes_.find(key(start));
        BOOST_REQUIRE(found != nodes_.end());
        ++visited;
        const NodeProof& proof = *found->second;
        std::vector<std::uint8_t> states = start;
        bool excluded = false;
        for (const ProofStep& step : proof.steps) {
            BOOST_REQUIRE(!excluded);
            BOOST_REQUIRE(refutes(states, step));
            if (step.unit < 0) {
                excluded = true;
            } else {
                auto& of_unit = states[static_cast<std::size_t>(step.unit)];
                of_unit = static_cast<std::uint8_t>(of_unit & ~bit(step.removed));
                excluded = of_unit == 0;
            }
        }
        BOOST_TEST(excluded == (proof.end == NodeProof::End::Excluded));
        if (proof.end == NodeProof::End::Leaf) {
            Pattern pattern;
            for (const std::uint8_t state : states) {
                BOOST_REQUIRE((state == 1 || state == 2 || state == 4));
                pattern.states.push_back(state == 1   ? UnitState::Low
                                         : state == 2 ? UnitState::High
                                                      : UnitState::Free);
            }
            leaves.insert(pattern);
        } else if (proof.end == NodeProof::End::Branch) {
            for (const std::uint8_t state : {1, 2, 4}) {
                auto child = states;
                auto& of_unit = child[static_cast<std::size_t>(proof.branch_unit)];
                if ((of_unit & state) != 0) {
                    of_unit = state;
                    run(child);
                }
            }
        }
    }

    std::set<Pattern> leaves;
    std::size_t visited = 0;

  private:
    static std::string key(const std::vector<std::uint8_t>& states) {
        return {states.begin(), states.end()};
    }

    static std::uint8_t bit(UnitState state) {
        return state == UnitState::Low ? 1 : state == UnitState::High ? 2 : 4;
    }

    bool refutes(std::vector<std::uint8_t> states, const ProofStep& step) const {
        if (step.unit >= 0) {
            auto& of_unit = states[static_cast<std::size_t>(step.unit)];
            if ((of_unit & bit(step.removed)) == 0) {
                return false;
            }
            of_unit = bit(step.removed);
        }
        std::vector<Rational> pull(static_cast<std::size_t>(n_), Rational(0));
        for (const auto& [row, z] : step.multipliers) {
            const std::uint8_t asked = states[static_cast<std::size_t>(row)];
            if ((z > 0 && (asked & 1) != 0) || (z < 0 && (asked & 2) != 0)) {
                return false;
            }
            for (Index j = 0; j < n_; ++j) {
                pull[static_cast<std::size_t>(j)] +=
                    exact::rational(z) * weights_[static_cast<std::size_t>(row * n_ + j)];
            }
        }
        Rational largest = 0;
        for (std::size_t j = 0; j < pull.size(); ++j) {
            const bool at_high = states[j] == 2 || (states[j] != 1 && pull[j] > 0);
            largest += pull[j] * (at_high ? high_ : low_);
        }
        return largest < 0;
    }

    Index n_;
    int low_ = 0;
    int high_ = 0;
    std::vector<Rational> weights_;
    std::map<std::string, const NodeProof*> nodes_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(systems_whose_answer_is_known) {
    for (const double w : {1.0, -1.0}) {
        const AttractingFaces one =
            agrees_with_atlas(ResidualSystem(Matrix{{w}}, Activation::Logistic));
        BOOST_TEST(words(one, true) == (w > 0 ? Words{"L", "H"} : Words{"L"}));
        BOOST_TEST(one.only_origin() == (w < 0));
    }
    BOOST_TEST(words(of("winner-takes-all"), true) == (Words{"LL", "HL", "LH"}));
    BOOST_TEST(words(of("mutual-help"), true) == (Words{"LL", "HH"}));
    BOOST_TEST(of("heteroclinic-cycle").only_origin());  // its ω-limit set meets several faces
    BOOST_TEST(of("false-repeller").only_origin());
    const AttractingFaces axes = of("competing-zero-diagonal");
    BOOST_TEST(words(axes, true) == (Words{"LL", "HL", "LH"}));
    BOOST_TEST(words(axes, false) == (Words{"FL", "LF"}));
    const AttractingFaces pair = of("conservative-pair");
    BOOST_TEST(words(pair, true) == (Words{"FF"}));
    BOOST_TEST(pair.faces.front().inside.neutral == 2);
    BOOST_TEST(!pair.faces.front().is_stable());
    BOOST_TEST(words(of("dissipative"), true).size() == 1U);
    of("hopfield");
}

BOOST_AUTO_TEST_CASE(gaussian_weights_agree_with_the_atlas) {
    Random random(61);
    std::uint64_t unstable_inside = 0;
    for (int k = 0; k < 48; ++k) {
        const Index n = 1 + static_cast<Index>(random.below(k % 8 == 0 ? 10 : 7));
        const ResidualSystem system(
            random.normal_matrix(n, n, 1.0) - (k % 4) * 0.5 * Matrix::Identity(n, n),
            k % 2 == 0 ? Activation::Logistic : Activation::Tanh);
        const AttractingFaces search = agrees_with_atlas(system);
        const StableSearch stable = stable_equilibria(system);
        std::uint64_t both = 0;
        for (const AttractingFace& face : search.faces) {
            both += face.is_stable() ? 1 : 0;
            unstable_inside += face.inside.unstable > 0 ? 1 : 0;
        }
        BOOST_TEST(both == stable.stable());
    }
    BOOST_TEST(unstable_inside > 10U);  // faces that can attract where no equilibrium is stable
}

BOOST_AUTO_TEST_CASE(ties_zero_rows_and_singular_blocks_agree_with_the_atlas) {
    Random random(62);
    std::uint64_t continua = 0;
    std::uint64_t rays = 0;
    for (int k = 0; k < 60; ++k) {
        const Index n = 1 + static_cast<Index>(random.below(6));
        const Activation f = k % 2 == 0 ? Activation::Logistic : Activation::Tanh;
        const AttractingFaces search =
            agrees_with_atlas(ResidualSystem(tied_weights(random, n), f));
        continua += search.continua;
        for (const AttractingFace& face : search.faces) {
            rays += f == Activation::Logistic && !face.is_isolated() &&
                            to_string(face.pattern).find('H') == std::string::npos
                        ? 1
                        : 0;
        }
    }
    BOOST_TEST(continua > 100U);
    BOOST_TEST(rays > 10U);
    const ResidualSystem none(Matrix::Zero(3, 3), Activation::Tanh);
    BOOST_TEST(agrees_with_atlas(none).count() == 27U);
}

/// Points of a grid that solve the inequality exactly, against the linear programs.
BOOST_AUTO_TEST_CASE(no_solution_on_a_grid_is_missed) {
    Random random(63);
    constexpr int parts = 6;
    std::size_t met = 0;
    for (int k = 0; k < 40; ++k) {
        const Matrix W = tied_weights(random, 3);
        const bool logistic = k % 2 == 0;
        const ResidualSystem system(W, logistic ? Activation::Logistic : Activation::Tanh);
        const AttractingFaces search = resdyn::attracting_faces(system);
        Words found;
        for (const AttractingFace& face : search.faces) {
            found.insert(to_string(face.pattern));
        }
        const int low = logistic ? 0 : -parts;
        Words solved;
        for (int code = 0; code < 13 * 13 * 13; ++code) {
            const Vector y{{static_cast<double>(code % 13 - 6),
                            static_cast<double>(code / 13 % 13 - 6),
                            static_cast<double>(code / 169 - 6)}};
            if (y.minCoeff() < low) {
                continue;
            }
            const Vector rates = W * y;  // whole numbers: exact
            std::string word;
            bool solves = true;
            for (Index i = 0; i < 3; ++i) {
                word += y[i] == low ? 'L' : y[i] == parts ? 'H' : 'F';
                solves = solves && (y[i] == low     ? rates[i] <= 0
                                    : y[i] == parts ? rates[i] >= 0
                                                    : rates[i] == 0);
            }
            if (solves) {
                solved.insert(word);
            }
        }
        for (const std::string& word : solved) {
            BOOST_TEST(found.contains(word));
        }
        met += solved.size();
    }
    BOOST_TEST(met > 100U);
}

BOOST_AUTO_TEST_CASE(two_matrices_are_multiplied_exactly) {
    Random random(64);
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        for (const Index inner : {3, 8}) {  // rank 3: blocks of four and five units are singular
            agrees_with_atlas(
                ResidualSystem(ResidualSystem::Factors{random.normal_matrix(5, inner, 1.0),
                                                       random.normal_matrix(inner, 5, 1.0)},
                               f));
        }
    }
}

BOOST_AUTO_TEST_CASE(threads_budget_and_prediction) {
    Random random(65);
    const ResidualSystem system(random.normal_matrix(14, 14, 1.0), Activation::Tanh);
    const AttractingFaces one = resdyn::attracting_faces(system, {.threads = 1});
    const AttractingFaces two = resdyn::attracting_faces(system, {.threads = 2});
    BOOST_TEST(one.work.nodes == two.work.nodes);
    BOOST_TEST(words(one, true) == words(two, true));
    const AttractingFaces part = resdyn::attracting_faces(system, {.max_nodes = 20});
    BOOST_TEST((part.end == SearchEnd::BudgetSpent));
    BOOST_TEST(part.work.nodes == 20U);
    BOOST_TEST(!part.only_origin());
    const AttractingFaces cut = resdyn::attracting_faces(
        ResidualSystem(Matrix::Identity(6, 6), Activation::Tanh), {.max_listed = 5});
    BOOST_TEST(cut.complete());
    BOOST_TEST(cut.count() == 729U);  // every unit for itself: Low, High or Free
    BOOST_TEST(cut.faces.size() == 5U);
    const CostPrediction prediction = predict_attracting_faces(system, {.probes = 125});
    BOOST_TEST(std::abs(prediction.nodes - static_cast<double>(one.work.nodes)) <
               5.0 * prediction.standard_error + 1e-6);
    BOOST_TEST(test::says(test::refusal([] {
                              resdyn::attracting_faces(
                                  ResidualSystem(Matrix::Ones(2, 2), Activation::ReLU));
                          }),
                          "attracting faces: expected a bounded activation", "got relu"));
}

BOOST_AUTO_TEST_CASE(the_evidence_of_the_tree_proves_that_nothing_is_missing) {
    Random random(66);
    for (int k = 0; k < 12; ++k) {
        const Index n = 3 + static_cast<Index>(random.below(6));
        const bool logistic = k % 2 == 0;
        const ResidualSystem system(
            k % 3 == 0 ? tied_weights(random, n) : random.normal_matrix(n, n, 1.0),
            logistic ? Activation::Logistic : Activation::Tanh);
        std::vector<NodeProof> proofs;
        const AttractingFaces search = resdyn::attracting_faces(
            system, {.on_proof = [&](const NodeProof& proof) { proofs.push_back(proof); }});
        BOOST_TEST(proofs.size() == search.work.nodes);
        Replay replay(system, proofs);
        // Every pattern has a first High unit or none; tanh: a first unit that is not Free, High in
        // the pattern or in its image.
        const std::uint8_t before = logistic ? 1 | 4 : 4;
        for (Index first = 0; first <= n; ++first) {
            std::vector<std::uint8_t> root(static_cast<std::size_t>(n), 7);
            for (Index i = 0; i < first; ++i) {
                root[static_cast<std::size_t>(i)] = before;
            }
            if (first < n) {
                root[static_cast<std::size_t>(first)] = 2;
            } else if (logistic) {
                root.assign(static_cast<std::size_t>(n),
                            1);  // without High: 0, and rays through it
            }
            replay.run(root);
        }
        BOOST_TEST(replay.visited == proofs.size());
        for (const AttractingFace& face : search.faces) {
            Pattern image = face.pattern;
            bool ray = logistic && face.pattern.is_vertex() == false;
            for (UnitState& state : image.states) {
                ray = ray && state != UnitState::High;
                state = state == UnitState::Low    ? UnitState::High
                        : state == UnitState::High ? UnitState::Low
                                                   : UnitState::Free;
            }
            BOOST_TEST((ray || replay.leaves.contains(face.pattern) ||
                        (!logistic && replay.leaves.contains(image))));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
