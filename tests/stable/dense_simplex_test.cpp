// The dense simplex against all vertices of small programs, and its multipliers against the bounds
// that they have to prove.
#include "stable/dense_simplex.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <optional>

#include <resdyn/core/random.hpp>

#include "numerics/decompositions.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(dense_simplex_)

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Program {
    Matrix rows;
    Vector lower;
    Vector upper;
};

/// One to six rows of every kind: <=, >=, both, =. `centre`: they hold there.
Program random_program(Random& random, Index columns, bool feasible) {
    const auto count = static_cast<Index>(1 + random.below(6));
    Program program{random.normal_matrix(count, columns, 1.0), Vector::Constant(count, -infinity),
                    Vector::Constant(count, infinity)};
    const Vector inside = random.normal_matrix(columns, 1, 0.3).cwiseMax(-0.9).cwiseMin(0.9);
    const Vector at =
        feasible ? Vector(program.rows * inside) : Vector(random.normal_matrix(count, 1, 1.5));
    for (Index r = 0; r < count; ++r) {
        const auto kind = random.below(4);
        if (kind != 0) {
            program.upper[r] = at[r] + (kind == 3 ? 0.0 : 0.1);
        }
        if (kind != 1) {
            program.lower[r] = at[r] - (kind == 3 ? 0.0 : 0.1);
        }
    }
    return program;
}

DenseSimplex pose(const Program& program) {
    DenseSimplex simplex;
    simplex.start(program.rows.cols(), program.rows.rows());
    for (Index r = 0; r < program.rows.rows(); ++r) {
        const Vector row = program.rows.row(r);
        simplex.add_row(std::vector<double>(row.begin(), row.end()), program.lower[r],
                        program.upper[r]);
    }
    return simplex;
}

/// The largest c x over all vertices of the feasible set: every choice of tight bounds.
std::optional<double> best_vertex(const Program& program, const Vector& c) {
    const Index n = program.rows.cols();
    Matrix A(n + program.rows.rows(), n);
    A << Matrix::Identity(n, n), program.rows;
    Vector lower(A.rows());
    Vector upper(A.rows());
    lower << Vector::Constant(n, -1.0), program.lower;
    upper << Vector::Constant(n, 1.0), program.upper;
    std::optional<double> best;
    std::vector<Index> chosen;
    const auto solve = [&](unsigned sides) {
        Matrix tight(n, n);
        Vector level(n);
        for (Index k = 0; k < n; ++k) {
            const Index row = chosen[static_cast<std::size_t>(k)];
            tight.row(k) = A.row(row);
            level[k] = (sides >> k & 1U) != 0 ? upper[row] : lower[row];
        }
        const Lu lu(tight);
        if (!level.allFinite() || std::abs(lu.determinant()) < 1e-9) {
            return;
        }
        const Vector x = lu.solve(level);
        const Vector values = A * x;
        if (((values - upper).array() < 1e-8).all() && ((lower - values).array() < 1e-8).all()) {
            best = std::max(best.value_or(-infinity), c.dot(x));
        }
    };
    const auto choose = [&](auto&& self, Index from) -> void {
        if (static_cast<Index>(chosen.size()) == n) {
            for (unsigned sides = 0; sides < 1U << n; ++sides) {
                solve(sides);
            }
            return;
        }
        for (Index row = from; row < A.rows(); ++row) {
            chosen.push_back(row);
            self(self, row + 1);
            chosen.pop_back();
        }
    };
    choose(choose, 0);
    return best;
}

/// The largest c x over the box by the multipliers alone; +∞ if one uses a bound that is not there.
double bound_by_multipliers(const Program& program, const DenseSimplex& simplex, Vector c) {
    double bound = 0.0;
    for (Index r = 0; r < program.rows.rows(); ++r) {
        const double z = simplex.multiplier(program.rows.cols() + r);
        if (std::abs(z) < 1e-9) {
            continue;
        }
        bound += z * (z > 0.0 ? program.upper[r] : program.lower[r]);
        c -= z * program.rows.row(r).transpose();
    }
    return bound + c.lpNorm<1>();
}

}  // namespace

BOOST_AUTO_TEST_CASE(maxima_are_those_of_the_vertices_and_multipliers_prove_them) {
    Random random(71);
    int feasible = 0;
    int infeasible = 0;
    for (int k = 0; k < 300; ++k) {
        const auto columns = static_cast<Index>(2 + random.below(3));
        const Program program = random_program(random, columns, k % 2 == 0);
        DenseSimplex simplex = pose(program);
        const auto outcome = simplex.find_feasible();
        // One program after the other from where the last one ended.
        for (int again = 0; again < 3; ++again) {
            const Vector c = random.normal_matrix(columns, 1, 1.0);
            const auto best = best_vertex(program, c);
            BOOST_REQUIRE((outcome == (best ? DenseSimplex::Outcome::Feasible
                                            : DenseSimplex::Outcome::Infeasible)));
            if (!best) {
                ++infeasible;
                BOOST_TEST(bound_by_multipliers(program, simplex, Vector::Zero(columns)) < 0.0);
                break;
            }
            ++feasible;
            DenseSimplex::Terms terms;
            double reached = 0.0;
            for (Index j = 0; j < columns; ++j) {
                terms.emplace_back(j, c[j]);
            }
            simplex.maximise(terms, infinity);
            for (Index j = 0; j < columns; ++j) {
                reached += c[j] * simplex.value(j);
            }
            BOOST_TEST(std::abs(reached - *best) < 1e-7);
            BOOST_TEST(std::abs(bound_by_multipliers(program, simplex, c) - *best) < 1e-7);
        }
    }
    BOOST_TEST(feasible > 300);
    BOOST_TEST(infeasible > 30);
}

BOOST_AUTO_TEST_CASE(the_way_to_a_feasible_point_is_bounded) {
    // All columns begin at −1: the shortest way is Σ (x_j + 1) at the vertex where Σ x_j is least.
    Random random(76);
    int moved = 0;
    for (int k = 0; k < 200; ++k) {
        const Index columns = 4;
        const Program program = random_program(random, columns, true);
        const double shortest = static_cast<double>(columns) -
                                best_vertex(program, Vector::Constant(columns, -1.0)).value();
        DenseSimplex simplex = pose(program);
        BOOST_REQUIRE((simplex.find_feasible() == DenseSimplex::Outcome::Feasible));
        BOOST_TEST(simplex.least_way() >= shortest - 1e-7);
        BOOST_TEST(simplex.least_way() <= 2.0 * shortest + 1e-7);
        moved += shortest > 1e-3 ? 1 : 0;
        simplex.find_feasible();
        BOOST_TEST(simplex.least_way() == 0.0);  // there is nothing left to move
    }
    BOOST_TEST(moved > 100);
}

BOOST_AUTO_TEST_CASE(a_basis_is_found_again) {
    Random random(72);
    for (int k = 0; k < 100; ++k) {
        const Index columns = 4;
        const Program program = random_program(random, columns, true);
        const Vector c = random.normal_matrix(columns, 1, 1.0);
        DenseSimplex::Terms terms;
        for (Index j = 0; j < columns; ++j) {
            terms.emplace_back(j, c[j]);
        }
        DenseSimplex simplex = pose(program);
        BOOST_REQUIRE((simplex.find_feasible() == DenseSimplex::Outcome::Feasible));
        simplex.maximise(terms, infinity);
        std::vector<DenseSimplex::Place> places;
        for (Index f = 0; f < columns + program.rows.rows(); ++f) {
            places.push_back(simplex.place(f));
        }
        DenseSimplex again = pose(program);
        again.load_basis(places);
        BOOST_REQUIRE((again.find_feasible() == DenseSimplex::Outcome::Feasible));
        const auto before = again.pivots;
        again.maximise(terms, infinity);
        BOOST_TEST(again.pivots == before);  // it is there already
    }
}

BOOST_AUTO_TEST_CASE(a_tableau_that_was_changed_is_the_program_posed_anew) {
    Random random(73);
    int basic = 0;
    int nonbasic = 0;
    int dropped = 0;
    for (int k = 0; k < 300; ++k) {
        const Index columns = 4;
        Program program = random_program(random, columns, true);
        const Vector c = random.normal_matrix(columns, 1, 1.0);
        DenseSimplex::Terms terms;
        for (Index j = 0; j < columns; ++j) {
            terms.emplace_back(j, c[j]);
        }
        DenseSimplex simplex = pose(program);
        BOOST_REQUIRE((simplex.find_feasible() == DenseSimplex::Outcome::Feasible));
        simplex.maximise(terms, infinity);
        const auto compare = [&] {
            const DenseSimplex copy = simplex;
            simplex = copy;
            const auto best = best_vertex(program, c);
            const auto outcome = simplex.find_feasible();
            BOOST_REQUIRE((outcome == (best ? DenseSimplex::Outcome::Feasible
                                            : DenseSimplex::Outcome::Infeasible)));
            if (best) {
                simplex.maximise(terms, infinity);
                double reached = 0.0;
                for (Index j = 0; j < columns; ++j) {
                    reached += c[j] * simplex.value(j);
                }
                BOOST_TEST(std::abs(reached - *best) < 1e-7);
            }
            return best.has_value();
        };
        const auto row =
            static_cast<Index>(random.below(static_cast<std::uint64_t>(program.rows.rows())));
        const auto by = static_cast<Index>(random.below(4));
        const bool fixed = k % 3 == 0;
        if (fixed) {  // the reference has an equation for it
            const double level = k % 2 == 0 ? 1.0 : -1.0;
            simplex.fix_column(by, level);
            program.rows.conservativeResize(program.rows.rows() + 1, Eigen::NoChange);
            program.rows.bottomRows(1) = Matrix::Identity(columns, columns).row(by);
            program.lower.conservativeResize(program.rows.rows());
            program.upper.conservativeResize(program.rows.rows());
            program.lower[program.rows.rows() - 1] = level;
            program.upper[program.rows.rows() - 1] = level;
            if (!compare()) {
                continue;
            }
            BOOST_TEST(simplex.value(by) == level);
        }
        const bool was_basic = simplex.place(columns + row) == DenseSimplex::Place::Basic;
        if (simplex.tilt_row(columns + row, by, 0.3, program.lower[row], program.upper[row])) {
            (was_basic ? basic : nonbasic) += 1;
            program.rows(row, by) += 0.3;
            if (!compare()) {
                continue;
            }
        }
        if (simplex.place(columns + row) == DenseSimplex::Place::Basic) {
            ++dropped;
            simplex.drop_row(columns + row);
            program.lower[row] = -1e6;
            program.upper[row] = 1e6;
            compare();
            BOOST_TEST(simplex.multiplier(columns + row) == 0.0);
        }
    }
    BOOST_TEST(basic > 50);
    BOOST_TEST(nonbasic > 50);
    BOOST_TEST(dropped > 50);
}

BOOST_AUTO_TEST_SUITE_END()
