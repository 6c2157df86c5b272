// Exact arithmetic: the atlas of weights with many ties (small integers, low rank, repeated rows)
// against deciding every pattern by itself; the faces of a set of free units together against one
// by one, in words and in numbers of any length; and the characteristic polynomial against the
// recursion of Faddeev and LeVerrier, side by side.
#include <fmt/format.h>

#include <optional>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/random.hpp>

#include "bench/side_by_side.hpp"
#include "equilibria/filter_weights.hpp"
#include "equilibria/free_set_faces.hpp"
#include "numerics/exact_polynomial.hpp"

namespace {

using namespace resdyn;
using bench::Ledger;

Matrix small_integers(Index rows, Index cols, std::uint64_t seed) {
    Random random(seed);
    Matrix M(rows, cols);
    for (Index j = 0; j < cols; ++j) {
        for (Index i = 0; i < rows; ++i) {
            M(i, j) = static_cast<double>(random.below(5)) - 2.0;
        }
    }
    return M;
}

Matrix repeated_rows(Index n, std::uint64_t seed) {
    const Matrix rows = Random(seed).normal_matrix(n / 2, n, 1.0);
    Matrix M(n, n);
    for (Index i = 0; i < n; ++i) {
        M.row(i) = rows.row(i % rows.rows());
    }
    return M;
}

/// Every pattern by itself, exactly, one after the other: all that the atlas has to save.
Index decide_each(const ResidualSystem& system) {
    const FaceSolver solver(system);
    Pattern pattern{
        std::vector<UnitState>(static_cast<std::size_t>(system.dimension()), UnitState::Low)};
    Index found = 0;
    for (;;) {
        found += std::holds_alternative<Equilibrium>(solver.decide(pattern)) ? 1 : 0;
        std::size_t i = 0;
        while (i < pattern.states.size() && pattern.states[i] == UnitState::Free) {
            pattern.states[i++] = UnitState::Low;
        }
        if (i == pattern.states.size()) {
            return found;
        }
        pattern.states[i] = pattern.states[i] == UnitState::Low ? UnitState::High : UnitState::Free;
    }
}

void race_atlas(Ledger& ledger, const std::string& name, const Matrix& W, bool each) {
    const ResidualSystem system(W, Activation::Tanh);
    Index exact = 0;
    Index found = 0;
    std::vector<bench::Contestant> contestants = {{"atlas", [&] {
                                                       const Atlas atlas = equilibrium_atlas(
                                                           system, {.threads = 1});
                                                       exact = atlas.decisions.exact;
                                                       found = atlas.counts.total;
                                                   }}};
    Index one_by_one = 0;
    if (each) {
        contestants.push_back({"each", [&] { one_by_one = decide_each(system); }});
    }
    const auto timings = bench::race(contestants, {.rounds = 3, .min_seconds = 0.0});
    const std::string what = fmt::format("{}, N = {}", name, W.rows());
    ledger.figure(what + ": atlas, one thread", timings[0].median, "s");
    ledger.figure(what + ": of its patterns decided exactly", static_cast<double>(exact),
                  "patterns");
    if (each) {
        ledger.figure(what + ": every pattern by itself", timings[1].median / timings[0].median,
                      "x");
        if (one_by_one != found) {
            ledger.note(fmt::format("{}: {} equilibria against {}", what, found, one_by_one));
        }
    }
}

Pattern pattern_of(std::uint32_t free, std::uint32_t high, Index n) {
    return pattern_of_entry({.free = free, .high = high}, n);
}

/// decide(free, high) of all faces with 1 to N free units, set by set.
template <typename Begin, typename Decide>
Index over_all_faces(Index n, const Begin& begin, const Decide& decide) {
    const std::uint32_t all = (std::uint32_t{1} << n) - 1;
    Index found = 0;
    for (std::uint32_t free = 1; free <= all; ++free) {
        begin(free);
        const std::uint32_t saturated = all & ~free;
        std::uint32_t high = 0;
        do {
            found += std::holds_alternative<EmptyFace>(decide(free, high)) ? 0 : 1;
            high = (high - saturated) & saturated;
        } while (high != 0);
    }
    return found;
}

/// The faces of a set together against every face by itself.
void race_sets(Ledger& ledger, const std::string& name, const Matrix& W, double target) {
    const ResidualSystem system(W, Activation::Tanh);
    const Index n = W.rows();
    const FaceSolver solver(system);
    const ExactWeights weights(system);
    std::optional<FreeSetFaces> faces;
    Index together = 0;
    Index alone = 0;
    const auto timings = bench::race(
        {{"together",
          [&] {
              together = over_all_faces(
                  n, [&](std::uint32_t free) { faces.emplace(weights, units_of(free, n, true)); },
                  [&](std::uint32_t free, std::uint32_t high) {
                      return faces->decide(pattern_of(free, high, n));
                  });
          }},
         {"alone",
          [&] {
              alone = over_all_faces(
                  n, [](std::uint32_t) {},
                  [&](std::uint32_t free, std::uint32_t high) {
                      return solver.decide(pattern_of(free, high, n));
                  });
          }}},
        {.rounds = 3, .min_seconds = 0.0});
    if (together != alone) {
        ledger.note(fmt::format("{}: {} faces against {}", name, together, alone));
    }
    ledger.at_least(fmt::format("{}, N = {}: all faces one by one take", name, n),
                    timings[1].median / timings[0].median, target);
}

/// As characteristic_polynomial was before: Gantmacher 1959, ch. IV §5.
exact::Polynomial faddeev_leverrier(const exact::IntegerMatrix& M) {
    const Index n = M.rows();
    exact::Polynomial c(static_cast<std::size_t>(n + 1));
    c.back() = 1;
    exact::IntegerMatrix S = M;
    for (Index k = 1; k <= n; ++k) {
        exact::Integer trace = 0;
        for (Index i = 0; i < n; ++i) {
            trace += S(i, i);
        }
        const exact::Integer ck = -trace / k;
        c[static_cast<std::size_t>(n - k)] = ck;
        if (k < n) {
            for (Index i = 0; i < n; ++i) {
                S(i, i) += ck;
            }
            S = exact::multiply(M, S);
        }
    }
    return c;
}

void race_polynomial(Ledger& ledger, Index n, bool long_numbers) {
    const exact::IntegerMatrix M =
        exact::binary_matrix(long_numbers ? Random(4).normal_matrix(n, n, 1.0)
                                          : small_integers(n, n, 4))
            .entries;
    if (exact::characteristic_polynomial(M) != faddeev_leverrier(M)) {
        ledger.note("the two characteristic polynomials differ");
    }
    const auto timings = bench::race({{"Berkowitz", [&] { exact::characteristic_polynomial(M); }},
                                      {"Faddeev", [&] { faddeev_leverrier(M); }}},
                                     {.rounds = 5, .min_seconds = 0.05});
    ledger.at_least(fmt::format("characteristic polynomial, n = {}, {}: Faddeev–LeVerrier takes", n,
                                long_numbers ? "doubles" : "small integers"),
                    timings[1].median / timings[0].median, 1.5);
}

}  // namespace

int main(int argc, char** argv) {
    Ledger ledger("exact", argc > 1 ? argv[1] : "resdyn-out/bench");
    for (const Index n : {4, 8, 12, 20}) {
        race_polynomial(ledger, n, false);
        race_polynomial(ledger, n, true);
    }
    race_sets(ledger, "integers -2 to 2", small_integers(9, 9, 1), 3.0);
    race_sets(ledger, "integers of rank 3", small_integers(8, 3, 2) * small_integers(3, 8, 3), 1.5);
    race_sets(ledger, "Gaussian, rows repeated", repeated_rows(6, 1), 1.0);
    race_sets(ledger, "Gaussian", Random(1).normal_matrix(8, 8, 1.0), 1.0);
    for (const Index n : {8, 9, 10}) {
        const bool each = n == 8;
        race_atlas(ledger, "integers -2 to 2", small_integers(n, n, 1), each);
        race_atlas(ledger, "integers of rank 3", small_integers(n, 3, 2) * small_integers(3, n, 3),
                   each);
        race_atlas(ledger, "Gaussian, rows repeated", repeated_rows(n, 1), each);
    }
    race_atlas(ledger, "Gaussian", Random(1).normal_matrix(10, 10, 1.0), false);
    return 0;
}
