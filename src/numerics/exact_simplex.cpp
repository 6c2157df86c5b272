#include "exact_simplex.hpp"

#include <utility>

namespace resdyn::exact {

Margin largest_margin(const std::vector<std::vector<Rational>>& T, const std::vector<Rational>& s,
                      const Rational& goal, const std::vector<bool>& exempt) {
    const std::size_t m = T.size();
    const std::size_t n = T.front().size() + 1;  // the last variable is e
    // Dictionary: basic_i = rhs_i − Σ a_ij nonbasic_j; objective = value + Σ c_j nonbasic_j.
    std::vector<std::vector<Rational>> a(m, std::vector<Rational>(n));
    std::vector<Rational> rhs = s;
    std::vector<Rational> c(n, Rational(0));
    Rational value = 0;
    c[n - 1] = 1;
    std::vector<std::size_t> nonbasic(n);
    std::vector<std::size_t> basic(m);
    for (std::size_t j = 0; j < n; ++j) {
        nonbasic[j] = j;
    }
    for (std::size_t i = 0; i < m; ++i) {
        basic[i] = n + i;
        for (std::size_t j = 0; j + 1 < n; ++j) {
            a[i][j] = T[i][j];
        }
        a[i][n - 1] = exempt.empty() || !exempt[i] ? 1 : 0;
    }
    while (value <= goal) {
        // Bland: the entering variable of smallest number with a positive coefficient.
        std::size_t enter = n;
        for (std::size_t j = 0; j < n; ++j) {
            if (c[j] > 0 && (enter == n || nonbasic[j] < nonbasic[enter])) {
                enter = j;
            }
        }
        if (enter == n) {
            break;  // optimal
        }
        std::size_t leave = m;
        for (std::size_t i = 0; i < m; ++i) {
            if (a[i][enter] <= 0) {
                continue;
            }
            if (leave == m) {
                leave = i;
                continue;
            }
            const Rational difference = rhs[i] * a[leave][enter] - rhs[leave] * a[i][enter];
            if (difference < 0 || (difference == 0 && basic[i] < basic[leave])) {
                leave = i;
            }
        }
        // Bounded by construction (e is at most half the width of the cube): leave exists.
        const Rational pivot = a[leave][enter];
        for (std::size_t j = 0; j < n; ++j) {
            a[leave][j] = j == enter ? Rational(1 / pivot) : Rational(a[leave][j] / pivot);
        }
        rhs[leave] /= pivot;
        for (std::size_t i = 0; i < m; ++i) {
            if (i == leave || a[i][enter] == 0) {
                continue;
            }
            const Rational factor = a[i][enter];
            for (std::size_t j = 0; j < n; ++j) {
                a[i][j] = j == enter ? Rational(-factor * a[leave][j])
                                     : Rational(a[i][j] - factor * a[leave][j]);
            }
            rhs[i] -= factor * rhs[leave];
        }
        const Rational factor = c[enter];
        for (std::size_t j = 0; j < n; ++j) {
            c[j] = j == enter ? Rational(-factor * a[leave][j])
                              : Rational(c[j] - factor * a[leave][j]);
        }
        value += factor * rhs[leave];
        std::swap(basic[leave], nonbasic[enter]);
    }
    Margin margin{value, std::vector<Rational>(n - 1, Rational(0))};
    for (std::size_t i = 0; i < m; ++i) {
        if (basic[i] < n - 1) {
            margin.x[basic[i]] = rhs[i];
        }
    }
    return margin;
}

}  // namespace resdyn::exact
