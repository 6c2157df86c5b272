#include <algorithm>
#include <boost/test/unit_test.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/numerics/spectrum.hpp>

#include "numerics/exact_half_spaces.hpp"
#include "numerics/exact_polynomial.hpp"
#include "numerics/exact_rational.hpp"

using namespace resdyn;
using namespace resdyn::exact;

BOOST_AUTO_TEST_SUITE(exact_)

namespace {

/// Product of the linear and quadratic factors given by their roots.
Polynomial from_roots(const std::vector<long>& real,
                      const std::vector<std::pair<long, long>>& pairs) {
    Polynomial p = {1};
    const auto times = [&p](const Polynomial& q) {
        Polynomial product(p.size() + q.size() - 1);
        for (std::size_t i = 0; i < p.size(); ++i) {
            for (std::size_t j = 0; j < q.size(); ++j) {
                product[i + j] += p[i] * q[j];
            }
        }
        p = product;
    };
    for (const long r : real) {
        times({Integer(-r), 1});
    }
    for (const auto& [re, im] : pairs) {
        times({Integer(re * re + im * im), Integer(-2 * re), 1});
    }
    return p;
}

Matrix random_integers(Random& random, Index n, int bound) {
    Matrix M(n, n);
    for (Index j = 0; j < n; ++j) {
        for (Index i = 0; i < n; ++i) {
            M(i, j) = static_cast<double>(random.below(2 * static_cast<std::uint64_t>(bound) + 1)) -
                      bound;
        }
    }
    return M;
}

}  // namespace

BOOST_AUTO_TEST_CASE(doubles_are_read_as_stored) {
    const BinaryMatrix m = binary_matrix(Matrix{{0.5, -0.75}, {3.0, 0.0}});
    BOOST_TEST(m.exponent == -2);
    BOOST_TEST((m.entries(0, 0) == 2 && m.entries(0, 1) == -3 && m.entries(1, 0) == 12 &&
                m.entries(1, 1) == 0));
    // 0.1 is not one tenth.
    const BinaryMatrix tenth = binary_matrix(Matrix{{0.1}});
    BOOST_TEST((tenth.entries(0, 0) == Integer("3602879701896397")));
    BOOST_TEST(tenth.exponent == -55);
    // The whole range of doubles, denormals included.
    const BinaryMatrix wide = binary_matrix(Matrix{{1e300, 5e-324}});
    BOOST_TEST(quotient(wide.entries(0, 0), wide.entries(0, 1)) ==
               std::numeric_limits<double>::infinity());
    BOOST_TEST((wide.entries(0, 1) == 1 && wide.exponent == -1074));
    BOOST_CHECK_THROW(binary_matrix(Matrix{{std::nan("")}}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(quotients_are_the_nearest_doubles) {
    BOOST_TEST(quotient(1, 3) == 1.0 / 3.0);
    BOOST_TEST(quotient(-2, 3) == -2.0 / 3.0);
    BOOST_TEST(quotient(0, 7) == 0.0);
    Random random(11);
    for (int k = 0; k < 2000; ++k) {
        const auto a = static_cast<double>(random.next_u64() >> 11);
        const auto b = static_cast<double>((random.next_u64() >> 11) + 1);
        BOOST_REQUIRE_EQUAL(quotient(Integer(a), Integer(b)), a / b);  // IEEE division rounds right
        BOOST_REQUIRE_EQUAL(quotient(Integer(a) << 3000, Integer(b) << 3000), a / b);
    }
}

BOOST_AUTO_TEST_CASE(quotients_round_once_at_any_magnitude) {
    constexpr double step = std::numeric_limits<double>::denorm_min();
    BOOST_TEST(nearest_quotient(1, 1, -1074) == step);
    BOOST_TEST(nearest_quotient(3, 1, -1075) == 2 * step);  // a tie, to even
    BOOST_TEST(nearest_quotient(1, 1, -1075) == 0.0);
    BOOST_TEST(nearest_quotient((Integer(1) << 100) + 1, Integer(1) << 100, -1075) == step);
    BOOST_TEST(nearest_quotient(-5, 1, -1075) == -2 * step);
    // A rounding to 53 bits first would make a tie of this.
    BOOST_TEST(nearest_quotient((Integer(1) << 60) + 1, Integer(1) << 60, -1073 - 2) == step);
    // A quotient beyond double, times a power that brings it back.
    BOOST_TEST(nearest_quotient(Integer(3) << 2046, 2, -2045) == 3.0);
    BOOST_TEST(nearest_quotient(1, Integer(1) << 2046, 2046) == 1.0);
    BOOST_TEST(nearest_quotient(1, 1, 1024) == std::numeric_limits<double>::infinity());
    Random random(12);
    for (int k = 0; k < 2000; ++k) {
        const auto a = static_cast<double>(random.next_u64() >> 11);
        const int exponent = -1100 + static_cast<int>(random.below(80));
        BOOST_REQUIRE_EQUAL(nearest_quotient(Integer(a), 1, exponent), std::ldexp(a, exponent));
    }
}

BOOST_AUTO_TEST_CASE(solve_satisfies_the_equations_exactly) {
    Random random(2);
    Index singular = 0;
    for (int k = 0; k < 300; ++k) {
        const Index n = 1 + static_cast<Index>(random.below(6));
        const IntegerMatrix M = binary_matrix(random_integers(random, n, 2)).entries;
        std::vector<Integer> r;
        for (Index i = 0; i < n; ++i) {
            r.emplace_back(static_cast<int>(random.below(7)) - 3);
        }
        const auto solution = solve(M, r);
        if (!solution) {
            ++singular;
            BOOST_TEST(rank(M) < n);
            const auto space = solution_space(M, r);
            if (space) {
                BOOST_TEST(static_cast<Index>(space->directions.size()) == n - rank(M));
                for (Index i = 0; i < n; ++i) {
                    Rational at_origin = 0;
                    std::vector<Rational> along(space->directions.size(), Rational(0));
                    for (Index j = 0; j < n; ++j) {
                        const auto col = static_cast<std::size_t>(j);
                        at_origin += Rational(M(i, j)) * space->origin[col];
                        for (std::size_t d = 0; d < along.size(); ++d) {
                            along[d] += Rational(M(i, j)) * space->directions[d][col];
                        }
                    }
                    BOOST_TEST((at_origin == Rational(r[static_cast<std::size_t>(i)])));
                    for (const Rational& a : along) {
                        BOOST_TEST((a == 0));
                    }
                }
            }
            continue;
        }
        BOOST_TEST(rank(M) == n);
        BOOST_TEST((solution->determinant > 0));
        for (Index i = 0; i < n; ++i) {
            Integer sum = 0;
            for (Index j = 0; j < n; ++j) {
                sum += M(i, j) * solution->numerators[static_cast<std::size_t>(j)];
            }
            BOOST_TEST((sum == r[static_cast<std::size_t>(i)] * solution->determinant));
        }
    }
    BOOST_TEST(singular > 10);  // the draw does test singular systems
}

BOOST_AUTO_TEST_CASE(determinant_signs_agree_with_the_characteristic_polynomial) {
    Random random(9);
    for (int k = 0; k < 100; ++k) {
        const Index n = 1 + static_cast<Index>(random.below(6));
        const IntegerMatrix M = binary_matrix(random_integers(random, n, 3)).entries;
        const auto solution = solve(M, std::vector<Integer>(static_cast<std::size_t>(n)));
        const Integer constant = characteristic_polynomial(M).front();  // (−1)ⁿ det M
        const int sign = (n % 2 == 0 ? 1 : -1) * constant.sign();
        BOOST_TEST((solution ? solution->determinant_sign : 0) == sign);
        if (solution) {
            BOOST_TEST((solution->determinant == abs(constant)));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_characteristic_polynomial_is_the_determinant_of_lambda_minus_M) {
    // Equal at n + 1 values of λ, so equal; by elimination, which shares nothing with it.
    Random random(31);
    for (int trial = 0; trial < 60; ++trial) {
        const Index n = static_cast<Index>(random.below(9));
        const Matrix values = trial % 3 == 0   ? Matrix(random.normal_matrix(n, n, 1.0))
                              : trial % 3 == 1 ? random_integers(random, n, 2)
                                               : Matrix(Matrix::Zero(n, n));
        const IntegerMatrix M = binary_matrix(values).entries;
        const Polynomial p = characteristic_polynomial(M);
        BOOST_REQUIRE_EQUAL(static_cast<Index>(p.size()), n + 1);
        BOOST_TEST((p.back() == 1));
        for (Index lambda = 0; lambda <= n; ++lambda) {
            IntegerMatrix shifted(n, n);
            for (Index i = 0; i < n; ++i) {
                for (Index j = 0; j < n; ++j) {
                    shifted(i, j) = Integer(i == j ? lambda : 0) - M(i, j);
                }
            }
            const auto solution = solve(shifted, std::vector<Integer>(static_cast<std::size_t>(n)));
            const Integer determinant =
                solution ? Integer(solution->determinant * solution->determinant_sign) : Integer(0);
            Integer value = 0;
            for (std::size_t k = p.size(); k-- > 0;) {
                value = value * lambda + p[k];
            }
            BOOST_TEST((value == determinant));
        }
    }
}

BOOST_AUTO_TEST_CASE(point_inside_finds_a_point_or_proves_there_is_none) {
    // z0 + z1 = s on the open unit square: a point iff 0 < s < 2.
    for (const auto& [s, expected] :
         std::vector<std::pair<Rational, bool>>{{Rational(0), false},
                                                {Rational(1, 1000), true},
                                                {Rational(1), true},
                                                {Rational(1999, 1000), true},
                                                {Rational(2), false},
                                                {Rational(5), false}}) {
        const AffineSpace line{{s, Rational(0)}, {{Rational(-1), Rational(1)}}};
        const auto point = point_inside(line, 0, 1);
        BOOST_TEST(point.has_value() == expected);
        if (point) {
            BOOST_TEST(((*point)[0] + (*point)[1] == s));
            BOOST_TEST(((*point)[0] > 0 && (*point)[0] < 1 && (*point)[1] > 0 && (*point)[1] < 1));
        }
    }
    // z1 = 10 z0 − 9.5 in three dimensions with a free third: inside only near z0 ∈ (0.95, 1.05).
    const AffineSpace steep{
        {Rational(0), Rational(-19, 2), Rational(0)},
        {{Rational(1), Rational(10), Rational(0)}, {Rational(0), Rational(0), Rational(1)}}};
    BOOST_TEST(point_inside(steep, 0, 1).has_value());
    BOOST_TEST(!point_inside(steep, 0, Rational(1, 2)).has_value());
}

BOOST_AUTO_TEST_CASE(point_inside_on_spaces_of_known_answer) {
    // z = z0 + D s through a known point of the cube, described from a point far outside; and the
    // same with one coordinate that makes a positive combination of the others reach its bound.
    Random random(62);
    Index found = 0;
    Index refuted = 0;
    for (int trial = 0; trial < 120; ++trial) {
        const Index n = 2 + static_cast<Index>(random.below(11));
        const Index k = 1 + static_cast<Index>(random.below(static_cast<std::uint64_t>(n - 1)));
        const double width = trial % 3 == 0 ? 1e-9 : 0.4;  // thin and roomy
        Matrix D = random.normal_matrix(n, k, 1.0);
        if (trial % 4 == 0) {
            D = (2.0 * D).array().round().matrix();
        }
        const bool feasible = trial % 2 == 0;
        AffineSpace space;
        const Vector z0 = (random.uniform_vector(n, -1.0, 1.0) * width).array() + 0.5;
        if (!feasible) {
            // Along D the sum of all coordinates does not change.
            D.row(n - 1) = -D.topRows(n - 1).colwise().sum();
        }
        const Vector shift = random.normal_matrix(k, 1, 3.0);
        Rational total = 0;
        for (Index i = 0; i < n; ++i) {
            Rational origin = rational(z0[i]);
            for (Index j = 0; j < k; ++j) {
                origin += rational(D(i, j)) * rational(shift[j]);
            }
            space.origin.push_back(origin);
            total += origin;
        }
        for (Index j = 0; j < k; ++j) {
            space.directions.emplace_back();
            Rational sum = 0;
            for (Index i = 0; i + 1 < n; ++i) {
                space.directions.back().push_back(rational(D(i, j)));
                sum += space.directions.back().back();
            }
            space.directions.back().push_back(feasible ? rational(D(n - 1, j)) : Rational(-sum));
        }
        if (!feasible) {
            // Σ z = n exactly: only the corner (1, …, 1) of the closed cube, no inner point.
            space.origin.back() += n - total;
        }
        const auto point = point_inside(space, 0, 1);
        BOOST_TEST(point.has_value() == feasible);
        found += point ? 1 : 0;
        refuted += point ? 0 : 1;
        if (point) {
            for (const Rational& z : *point) {
                BOOST_TEST((z > 0 && z < 1));
            }
            // It lies in the space: z − origin = D t has the rank of D.
            IntegerMatrix M(n, k);
            std::vector<Integer> r;
            Integer common = 1;
            for (Index i = 0; i < n; ++i) {
                const Rational step = (*point)[static_cast<std::size_t>(i)] -
                                      space.origin[static_cast<std::size_t>(i)];
                common = lcm(common, denominator(step));
                for (Index j = 0; j < k; ++j) {
                    common =
                        lcm(common, denominator(space.directions[static_cast<std::size_t>(j)]
                                                                [static_cast<std::size_t>(i)]));
                }
            }
            for (Index i = 0; i < n; ++i) {
                const auto at = static_cast<std::size_t>(i);
                r.push_back(numerator(Rational(((*point)[at] - space.origin[at]) * common)));
                for (Index j = 0; j < k; ++j) {
                    M(i, j) = numerator(
                        Rational(space.directions[static_cast<std::size_t>(j)][at] * common));
                }
            }
            BOOST_TEST(solution_space(M, r).has_value());
        }
    }
    BOOST_TEST(found == 60);
    BOOST_TEST(refuted == 60);
}

BOOST_AUTO_TEST_CASE(a_point_inside_half_spaces_is_there_where_one_is_found) {
    // Few normals, often repeated or opposite, so that half-spaces leave hyperplanes, or nothing.
    Random random(31);
    Index yes = 0;
    Index no = 0;
    Index narrowed = 0;
    for (int k = 0; k < 600; ++k) {
        const auto n = static_cast<Index>(2 + random.below(3));
        const IntegerMatrix normals = binary_matrix(random_integers(random, n, 2)).entries;
        const IntegerMatrix M = binary_matrix(random_integers(random, n, 1)).entries;
        IntegerMatrix low_rank = M;
        for (Index j = 0; j < n; ++j) {
            low_rank(n - 1, j) = M(0, j);
            low_rank(n / 2, j) = M(0, j) * 2;
        }
        const auto space =
            solution_space(low_rank, std::vector<Integer>(static_cast<std::size_t>(n), Integer(0)));
        BOOST_REQUIRE(space);
        std::vector<HalfSpace> closed;
        for (int h = 0; h < 4; ++h) {
            const auto row = static_cast<Index>(random.below(2));
            const int sign = random.below(2) == 0 ? 1 : -1;
            HalfSpace half;
            for (Index j = 0; j < n; ++j) {
                half.normal.emplace_back(normals(row, j) * sign);
            }
            half.offset = sign * (random.below(3) == 0 ? 1 : 0);
            closed.push_back(std::move(half));
        }
        const int low = k % 2 == 0 ? -1 : 0;
        const auto point = point_inside(*space, low, 1, closed);
        BOOST_TEST(is_point_inside(*space, low, 1, closed) == point.has_value());
        ++(point ? yes : no);
        narrowed +=
            point && std::any_of(closed.begin(), closed.end(),
                                 [&](const HalfSpace& half) { return half.value(*point) == 0; })
                ? 1
                : 0;
    }
    BOOST_TEST(yes > 50);
    BOOST_TEST(no > 50);
    BOOST_TEST(narrowed > 50);
}

BOOST_AUTO_TEST_CASE(point_inside_half_spaces_holds_them_closed_and_the_cube_open) {
    // The open unit square, z0 + z1 = 1, and bounds on z0 that may be reached.
    const AffineSpace line{{Rational(1), Rational(0)}, {{Rational(-1), Rational(1)}}};
    const auto at_least = [](long numerator, long denominator) {
        return HalfSpace{{Integer(denominator), Integer(0)}, Integer(-numerator)};
    };
    const auto at_most = [](long numerator, long denominator) {
        return HalfSpace{{Integer(-denominator), Integer(0)}, Integer(numerator)};
    };
    const auto holds = [&](const std::vector<HalfSpace>& closed) {
        const auto point = point_inside(line, 0, 1, closed);
        if (point) {
            BOOST_TEST(((*point)[0] + (*point)[1] == 1));
            BOOST_TEST(((*point)[0] > 0 && (*point)[0] < 1));
            for (const HalfSpace& half : closed) {
                BOOST_TEST((half.value(*point) >= 0));
            }
        }
        return point.has_value();
    };
    BOOST_TEST(holds({}));
    BOOST_TEST(holds({at_least(9, 10)}));
    BOOST_TEST(holds({at_most(1, 10)}));
    BOOST_TEST(holds({at_least(7, 8), at_most(7, 8)}));  // one point, on both boundaries
    BOOST_TEST(!holds({at_least(7, 8), at_most(6, 8)}));
    BOOST_TEST(!holds({at_least(1, 1)}));  // closed there, but the cube is open
    BOOST_TEST(!holds({at_most(0, 1)}));
    BOOST_TEST(!holds({at_least(3, 2)}));
    // The half-spaces force a corner of the polygon: z0 ≥ 2 z1 and 4 z0 ≤ 3, a plane square.
    const AffineSpace square{{Rational(0), Rational(0)},
                             {{Rational(1), Rational(0)}, {Rational(0), Rational(1)}}};
    const HalfSpace steep{{Integer(1), Integer(-2)}, Integer(0)};
    const HalfSpace left{{Integer(-4), Integer(0)}, Integer(3)};
    const HalfSpace up{{Integer(0), Integer(8)}, Integer(-3)};  // 8 z1 ≥ 3: only (3/4, 3/8) is left
    const auto corner = point_inside(square, 0, 1, {steep, left, up});
    BOOST_REQUIRE(corner.has_value());
    BOOST_TEST(((*corner)[0] == Rational(3, 4) && (*corner)[1] == Rational(3, 8)));
    const HalfSpace above{{Integer(0), Integer(8)}, Integer(-4)};
    BOOST_TEST(!point_inside(square, 0, 1, {steep, left, above}).has_value());
}

BOOST_AUTO_TEST_CASE(whether_there_is_a_point_agrees_with_the_point) {
    // Random spaces and half-spaces of small integers, so that many touch: ties are exact.
    Random random(77);
    Index inside = 0;
    Index touched = 0;
    for (int trial = 0; trial < 400; ++trial) {
        const Index n = 2 + static_cast<Index>(random.below(4));
        const Index k = 1 + static_cast<Index>(random.below(2));
        AffineSpace space;
        const auto small = [&](int bound) {
            return static_cast<int>(random.below(static_cast<std::uint64_t>(2 * bound + 1))) -
                   bound;
        };
        for (Index i = 0; i < n; ++i) {
            space.origin.emplace_back(small(3), 4);
        }
        for (Index j = 0; j < k; ++j) {
            space.directions.emplace_back();
            for (Index i = 0; i < n; ++i) {
                space.directions.back().emplace_back(small(2));
            }
        }
        std::vector<HalfSpace> closed(1 + random.below(4));
        for (HalfSpace& half : closed) {
            for (Index i = 0; i < n; ++i) {
                half.normal.emplace_back(small(2));
            }
            half.offset = small(2);
        }
        const auto point = point_inside(space, -1, 1, closed);
        BOOST_TEST(is_point_inside(space, -1, 1, closed) == point.has_value());
        inside += point ? 1 : 0;
        for (const HalfSpace& half : closed) {
            touched += point && half.value(*point) == 0 ? 1 : 0;
            BOOST_TEST((!point || half.value(*point) >= 0));
        }
    }
    BOOST_TEST(inside > 40);
    BOOST_TEST(inside < 360);
    BOOST_TEST(touched > 10);
}

BOOST_AUTO_TEST_CASE(roots_of_known_place_are_counted) {
    struct Case {
        std::vector<long> real;
        std::vector<std::pair<long, long>> pairs;
    };
    const std::vector<Case> cases = {
        {{-1}, {}},
        {{2}, {}},
        {{-1, 1}, {}},
        {{-1, -1, -1}, {}},
        {{}, {{0, 1}}},
        {{}, {{0, 1}, {0, 1}}},
        {{-2, 2, 3}, {}},
        {{}, {{1, 2}, {-1, 2}}},
        {{0}, {{-1, 1}}},
        {{0, 0, -1}, {{0, 3}}},
        {{-1, 2}, {{0, 5}, {-3, 1}}},
        {{5, 5, -5, -7}, {{2, 1}, {-2, 1}, {0, 4}}},
        {{}, {}},
    };
    for (const Case& c : cases) {
        RootCounts expected;
        for (const long r : c.real) {
            (r < 0 ? expected.left : r > 0 ? expected.right : expected.imaginary) += 1;
            expected.zero += r == 0 ? 1 : 0;
            ++expected.real;
        }
        for (const auto& [re, im] : c.pairs) {
            (re < 0 ? expected.left : re > 0 ? expected.right : expected.imaginary) += 2;
        }
        const RootCounts counts = count_roots(from_roots(c.real, c.pairs));
        BOOST_TEST(counts.left == expected.left);
        BOOST_TEST(counts.right == expected.right);
        BOOST_TEST(counts.imaginary == expected.imaginary);
        BOOST_TEST(counts.zero == expected.zero);
        BOOST_TEST(counts.real == expected.real);
    }
}

BOOST_AUTO_TEST_CASE(root_counts_agree_with_numerical_eigenvalues) {
    Random random(21);
    for (int k = 0; k < 300; ++k) {
        const Index n = 1 + static_cast<Index>(random.below(7));
        const Matrix M = random.normal_matrix(n, n, 1.0);
        const RootCounts counts = count_roots(characteristic_polynomial(binary_matrix(M).entries));
        Index left = 0;
        Index real = 0;
        for (const Complex value : eigenvalues(M)) {
            left += value.real() < 0 ? 1 : 0;
            real += value.imag() == 0 ? 1 : 0;
        }
        BOOST_TEST(counts.left == left);
        BOOST_TEST(counts.left + counts.right == n);
        BOOST_TEST(counts.real == real);
    }
}

BOOST_AUTO_TEST_SUITE_END()
