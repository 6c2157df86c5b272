#include "exact_polynomial.hpp"

#include <algorithm>
#include <utility>

namespace resdyn::exact {

namespace {

void trim(Polynomial& p) {
    while (!p.empty() && p.back() == 0) {
        p.pop_back();
    }
}

/// Divides by the positive greatest common divisor of the coefficients.
void make_primitive(Polynomial& p) {
    Integer content = 0;
    for (const Integer& c : p) {
        content = gcd(content, c);
        if (content == 1) {
            return;
        }
    }
    if (content > 1) {
        for (Integer& c : p) {
            c /= content;
        }
    }
}

/// A positive multiple of the remainder of p by q (q not zero), primitive.
Polynomial positive_remainder(Polynomial p, const Polynomial& q) {
    const Integer lead = abs(q.back());
    const int lead_sign = q.back().sign();
    while (p.size() >= q.size()) {
        const Integer top = p.back() * lead_sign;
        const std::size_t shift = p.size() - q.size();
        for (Integer& c : p) {
            c *= lead;
        }
        for (std::size_t i = 0; i < q.size(); ++i) {
            p[i + shift] -= top * q[i];
        }
        p.pop_back();  // the leading term is gone, exactly
        trim(p);
    }
    make_primitive(p);
    return p;
}

/// p / q where q divides p up to a rational factor; the result is primitive with the sign of p/q.
Polynomial exact_quotient(Polynomial p, const Polynomial& q) {
    // Work with integer multiples of the quotient: scale p so that every step divides.
    std::vector<Rational> rest(p.begin(), p.end());
    std::vector<Rational> result(p.size() - q.size() + 1);
    for (std::size_t k = result.size(); k-- > 0;) {
        result[k] = rest[k + q.size() - 1] / Rational(q.back());
        for (std::size_t i = 0; i < q.size(); ++i) {
            rest[k + i] -= result[k] * Rational(q[i]);
        }
    }
    Integer common = 1;
    for (const Rational& c : result) {
        common = lcm(common, denominator(c));
    }
    Polynomial quotient;
    for (const Rational& c : result) {
        quotient.push_back(numerator(c) * (common / denominator(c)));
    }
    make_primitive(quotient);
    return quotient;
}

/// f0, f1, f2 = −rem(f0, f1), … up to positive factors, until zero.
std::vector<Polynomial> sturm_chain(Polynomial f0, Polynomial f1) {
    std::vector<Polynomial> chain;
    chain.push_back(std::move(f0));
    while (!f1.empty()) {
        chain.push_back(std::move(f1));
        f1 = positive_remainder(chain[chain.size() - 2], chain.back());
        for (Integer& c : f1) {
            c = -c;
        }
    }
    return chain;
}

/// Where a chain is evaluated.
enum class Place { MinusInfinity, Zero, PlusInfinity };

int sign_at_place(const Polynomial& p, Place place) {
    switch (place) {
        case Place::MinusInfinity:
            return degree(p) % 2 == 0 ? p.back().sign() : -p.back().sign();
        case Place::Zero:
            return p.front().sign();
        case Place::PlusInfinity:
            return p.back().sign();
    }
    return 0;
}

Index variations(const std::vector<Polynomial>& chain, Place place) {
    Index count = 0;
    int last = 0;
    for (const Polynomial& p : chain) {
        const int s = sign_at_place(p, place);
        if (s != 0) {
            count += last != 0 && s != last ? 1 : 0;
            last = s;
        }
    }
    return count;
}

/// Counts roots with multiplicity: the k-fold roots stay through k−1 common divisors with the
/// derivative.
template <typename Count>
Index with_multiplicity(Polynomial p, const Count& count_distinct) {
    Index total = 0;
    while (degree(p) > 0) {
        total += count_distinct(p);
        p = greatest_common_divisor(p, derivative(p));
    }
    return total;
}

/// n_left − n_right of a polynomial without roots on the imaginary axis and without pairs ±λ:
/// the Cauchy index of f2/f1, with p(iω) split into f1 = a0 ωⁿ − a2 ωⁿ⁻² + …,
/// f2 = a1 ωⁿ⁻¹ − a3 ωⁿ⁻³ + … (a0 leading).
Index left_minus_right(const Polynomial& p) {
    const Index n = degree(p);
    Polynomial f1(static_cast<std::size_t>(n + 1));
    Polynomial f2(static_cast<std::size_t>(n + 1));
    for (Index k = 0; k <= n; ++k) {
        const Integer& a = p[static_cast<std::size_t>(n - k)];
        Polynomial& f = k % 2 == 0 ? f1 : f2;
        f[static_cast<std::size_t>(n - k)] = k % 4 < 2 ? a : Integer(-a);
    }
    trim(f1);
    trim(f2);
    const auto chain = sturm_chain(std::move(f1), std::move(f2));
    return variations(chain, Place::MinusInfinity) - variations(chain, Place::PlusInfinity);
}

}  // namespace

Polynomial characteristic_polynomial(const IntegerMatrix& M) {
    const Index n = M.rows();
    // Of the leading block of size r, highest power first; r grows by one row R, one column C and
    // the corner a. With q = (1, −a, −R C, −R B C, −R B² C, …), B the block so far, the next
    // coefficients are the products of q and the last ones, as of power series.
    std::vector<Integer> p = {1};
    std::vector<Integer> q;
    std::vector<Integer> column;
    std::vector<Integer> next;
    for (Index r = 0; r < n; ++r) {
        const auto size = static_cast<std::size_t>(r);
        q.assign(size + 2, Integer(0));
        q[0] = 1;
        q[1] = -M(r, r);
        column.assign(size, Integer(0));
        for (Index i = 0; i < r; ++i) {
            column[static_cast<std::size_t>(i)] = M(i, r);
        }
        for (std::size_t k = 2; k < q.size(); ++k) {
            for (Index i = 0; i < r; ++i) {
                q[k] -= M(r, i) * column[static_cast<std::size_t>(i)];
            }
            if (k + 1 == q.size()) {
                break;
            }
            next.assign(size, Integer(0));
            for (Index i = 0; i < r; ++i) {
                for (Index j = 0; j < r; ++j) {
                    next[static_cast<std::size_t>(i)] +=
                        M(i, j) * column[static_cast<std::size_t>(j)];
                }
            }
            std::swap(column, next);
        }
        next.assign(size + 2, Integer(0));
        for (std::size_t k = 0; k < next.size(); ++k) {
            for (std::size_t i = 0; i <= std::min(k, size); ++i) {
                next[k] += q[k - i] * p[i];
            }
        }
        std::swap(p, next);
    }
    std::reverse(p.begin(), p.end());
    return p;
}

Adjugate adjugate(const IntegerMatrix& M) {
    const Index n = M.rows();
    IntegerMatrix B(n, n);  // B_1 = I, B_{k+1} = M B_k + c_{n−k} I, M B_n = −c_0 I
    for (Index i = 0; i < n; ++i) {
        B(i, i) = 1;
    }
    for (Index k = 1; k < n; ++k) {
        IntegerMatrix next = multiply(M, B);
        Integer trace = 0;
        for (Index i = 0; i < n; ++i) {
            trace += next(i, i);
        }
        for (Index i = 0; i < n; ++i) {
            next(i, i) -= trace / k;
        }
        B = std::move(next);
    }
    Integer determinant = n == 0 ? 1 : 0;
    for (Index j = 0; j < n; ++j) {
        determinant += M(0, j) * B(j, 0);
    }
    if (n % 2 == 0) {  // adj M = (−1)^{n−1} B_n
        for (Index i = 0; i < n; ++i) {
            for (Index j = 0; j < n; ++j) {
                B(i, j) = -B(i, j);
            }
        }
        determinant = n == 0 ? Integer(1) : Integer(-determinant);
    }
    return {std::move(B), std::move(determinant)};
}

Integer hurwitz_determinant(const Polynomial& p) {
    const auto n = static_cast<Index>(p.size()) - 1;
    IntegerMatrix H(n - 1, n - 1);  // H_ij = a_{2(j+1)−(i+1)}, a_k the coefficient of λ^{n−k}
    for (Index i = 0; i < n - 1; ++i) {
        for (Index j = 0; j < n - 1; ++j) {
            const Index k = 2 * (j + 1) - (i + 1);
            if (k >= 0 && k <= n) {
                H(i, j) = p[static_cast<std::size_t>(n - k)];
            }
        }
    }
    const auto solution =
        solve(H, std::vector<Integer>(static_cast<std::size_t>(n - 1), Integer(0)));
    return !solution                        ? Integer(0)
           : solution->determinant_sign > 0 ? solution->determinant
                                            : Integer(-solution->determinant);
}

Polynomial greatest_common_divisor(const Polynomial& p, const Polynomial& q) {
    Polynomial a = p;
    Polynomial b = q;
    while (!b.empty()) {
        Polynomial r = positive_remainder(a, b);
        a = std::move(b);
        b = std::move(r);
    }
    make_primitive(a);
    if (!a.empty() && a.back() < 0) {
        for (Integer& c : a) {
            c = -c;
        }
    }
    return a;
}

Polynomial derivative(const Polynomial& p) {
    Polynomial d;
    for (std::size_t i = 1; i < p.size(); ++i) {
        d.push_back(p[i] * i);
    }
    return d;
}

Polynomial square_free_part(const Polynomial& p) {
    const Polynomial repeated = greatest_common_divisor(p, derivative(p));
    return repeated.size() > 1 ? exact_quotient(p, repeated) : p;
}

std::vector<Polynomial> square_free_factors(const Polynomial& p) {
    std::vector<Polynomial> factors;
    Polynomial repeated = greatest_common_divisor(p, derivative(p));
    Polynomial rest = exact_quotient(p, repeated);  // the roots of multiplicity ≥ k, each once
    while (degree(rest) > 0) {
        Polynomial higher = greatest_common_divisor(rest, repeated);
        factors.push_back(exact_quotient(rest, higher));
        repeated = exact_quotient(repeated, higher);
        rest = std::move(higher);
    }
    return factors;
}

Index distinct_real_roots(const Polynomial& p) {
    const auto chain = sturm_chain(p, derivative(p));
    return variations(chain, Place::MinusInfinity) - variations(chain, Place::PlusInfinity);
}

Index distinct_negative_roots(const Polynomial& p) {
    const auto chain = sturm_chain(p, derivative(p));
    return variations(chain, Place::MinusInfinity) - variations(chain, Place::Zero);
}

RootCounts count_roots(const Polynomial& p) {
    RootCounts counts;
    Polynomial rest = p;
    while (rest.size() > 1 && rest.front() == 0) {
        rest.erase(rest.begin());
        ++counts.zero;
    }
    counts.imaginary = counts.zero;
    counts.real = counts.zero + with_multiplicity(rest, distinct_real_roots);

    // s = gcd(p(λ), p(−λ)) holds the roots that come as ±λ; it is even, s(λ) = t(λ²).
    Polynomial mirrored = rest;
    for (std::size_t i = 1; i < mirrored.size(); i += 2) {
        mirrored[i] = -mirrored[i];
    }
    const Polynomial symmetric = greatest_common_divisor(rest, mirrored);
    if (degree(symmetric) > 0) {
        Polynomial t;
        for (std::size_t i = 0; i < symmetric.size(); i += 2) {
            t.push_back(symmetric[i]);
        }
        // A negative root of t is a pair on the imaginary axis; any other is one left, one right.
        const Index pairs = degree(t);
        const Index imaginary_pairs = with_multiplicity(t, distinct_negative_roots);
        counts.imaginary += 2 * imaginary_pairs;
        counts.left += pairs - imaginary_pairs;
        counts.right += pairs - imaginary_pairs;
        rest = exact_quotient(rest, symmetric);
    }
    const Index n = degree(rest);
    const Index difference = n > 0 ? left_minus_right(rest) : 0;
    counts.left += (n + difference) / 2;
    counts.right += (n - difference) / 2;
    return counts;
}

}  // namespace resdyn::exact
