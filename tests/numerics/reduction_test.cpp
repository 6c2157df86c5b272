#include "numerics/reduction.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <type_traits>

#include <resdyn/core/random.hpp>

using namespace resdyn;
using namespace resdyn::exact;

BOOST_AUTO_TEST_SUITE(reduction_)

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

IntegerMatrix random_block(Random& random, Index n, std::uint64_t bound, bool singular) {
    IntegerMatrix M(n, n);
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) {
            M(i, j) = singular && i == n - 1 && n > 1
                          ? M(0, j)
                          : Integer(Integer(random.below(2 * bound + 1)) - bound);
        }
    }
    return M;
}

template <typename Number>
NumberMatrix<Number> beside(const IntegerMatrix& M, const std::vector<Integer>& r) {
    NumberMatrix<Number> A(M.rows(), M.cols() + 1);
    const auto number = [](const Integer& value) {
        if constexpr (std::is_same_v<Number, Word>) {
            return Word(static_cast<std::int64_t>(value));
        } else {
            return value;
        }
    };
    for (Index i = 0; i < M.rows(); ++i) {
        for (Index j = 0; j < M.cols(); ++j) {
            A(i, j) = number(M(i, j));
        }
        A(i, M.cols()) = number(r[static_cast<std::size_t>(i)]);
    }
    return A;
}

template <typename Number>
void compare(const Reduction<Number>& reduction, const IntegerMatrix& M,
             const std::vector<Integer>& r) {
    const Index n = M.rows();
    BOOST_TEST(reduction.rank() == rank(M));
    if (const auto solution = solve(M, r)) {
        BOOST_TEST((as_integer(reduction.denominator) == solution->determinant));
        for (Index i = 0; i < n; ++i) {
            BOOST_TEST((as_integer(reduction.A(i, n)) ==
                        solution->numerators[static_cast<std::size_t>(i)]));
        }
        return;
    }
    const auto space = solution_space(M, r);
    bool solvable = true;
    for (Index i = reduction.rank(); i < n; ++i) {
        solvable = solvable && reduction.A(i, n) == 0;
    }
    BOOST_TEST(solvable == space.has_value());
    for (std::size_t i = 0; space && i < reduction.pivots.size(); ++i) {
        const auto row = static_cast<Index>(i);
        const auto unit = static_cast<std::size_t>(reduction.pivots[i]);
        const Rational D(as_integer(reduction.denominator));
        BOOST_TEST((space->origin[unit] == Rational(as_integer(reduction.A(row, n))) / D));
        for (std::size_t c = 0; c < reduction.others.size(); ++c) {
            BOOST_TEST((space->directions[c][unit] ==
                        -Rational(as_integer(reduction.A(row, reduction.others[c]))) / D));
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_word_holds_what_fits_and_throws_what_does_not) {
    BOOST_TEST((Word(most - 1) + Word(1) == Word(most)));
    BOOST_TEST((Word(least + 1) - Word(1) == Word(least)));
    BOOST_TEST(
        (Word(std::int64_t{1} << 31) * Word(std::int64_t{1} << 31) == Word(std::int64_t{1} << 62)));
    BOOST_TEST((abs(Word(-most)) == Word(most)));
    BOOST_TEST((gcd(Word(-12), Word(18)) == Word(6)));
    BOOST_TEST((gcd(Word(0), Word(-5)) == Word(5)));
    BOOST_CHECK_THROW(Word(most) + Word(1), Overflow);
    BOOST_CHECK_THROW(Word(least) - Word(1), Overflow);
    BOOST_CHECK_THROW(Word(std::int64_t{1} << 32) * Word(std::int64_t{1} << 31), Overflow);
    BOOST_CHECK_THROW(abs(Word(least)), Overflow);
    BOOST_CHECK_THROW(-Word(least), Overflow);
    BOOST_CHECK_THROW(Word(least) / Word(-1), Overflow);
    BOOST_CHECK_THROW(gcd(Word(least), Word(2)), Overflow);
    BOOST_TEST(as_word(Integer(7), 3).has_value());
    BOOST_TEST(as_word(Integer(-7), 3).has_value());
    BOOST_TEST(!as_word(Integer(8), 3).has_value());
    BOOST_TEST(!as_word(Integer(-8), 3).has_value());
    BOOST_TEST(!as_word(Integer(1) << 200, 3).has_value());
    BOOST_TEST((as_word(Integer(0), 3) == Word(0)));
}

BOOST_AUTO_TEST_CASE(a_step_of_the_elimination_may_pass_through_two_words) {
    const Word large = std::int64_t{1} << 62;
    BOOST_TEST((eliminated(large, large, Word(0), Word(1), large) == large));
    const Word half = std::int64_t{1} << 61;
    BOOST_TEST((eliminated(half, -half, half, half, large) == -half));
    BOOST_CHECK_THROW(eliminated(large, large, Word(0), Word(1), Word(2)), Overflow);
    BOOST_CHECK_THROW(eliminated(Word(least), Word(least), Word(least), Word(most), Word(1)),
                      Overflow);
    BOOST_CHECK_THROW(eliminated(Word(1), Word(least), Word(0), Word(0), Word(1)), Overflow);
}

BOOST_AUTO_TEST_CASE(words_and_numbers_of_any_length_solve_alike) {
    Random random(11);
    Index overflows = 0;
    for (int k = 0; k < 400; ++k) {
        const auto n = static_cast<Index>(1 + random.below(7));
        // The longest pass a word's length in minors of order 3.
        const std::uint64_t bound = std::uint64_t{1} << (k % 4 == 0 ? 1 : random.below(29));
        const IntegerMatrix M = random_block(random, n, bound, k % 3 == 0);
        std::vector<Integer> r;
        for (Index i = 0; i < n; ++i) {
            r.push_back(k % 6 == 0 ? M(i, 0) : Integer(Integer(random.below(9)) - 4));
        }
        compare(reduced(beside<Integer>(M, r), n), M, r);
        try {
            compare(reduced(beside<Word>(M, r), n), M, r);
        } catch (Overflow) {
            ++overflows;
        }
    }
    BOOST_TEST(overflows > 20);
    BOOST_TEST(overflows < 300);
}

BOOST_AUTO_TEST_SUITE_END()
