#include "polynomial_arithmetic.hpp"

#include <utility>

namespace resdyn::exact {

namespace {

Polynomial trimmed(Polynomial p) {
    while (!p.empty() && p.back() == 0) {
        p.pop_back();
    }
    return p;
}

}  // namespace

Rational value_at(const Polynomial& p, const Rational& x) {
    Rational value = 0;
    for (std::size_t k = p.size(); k-- > 0;) {
        value = value * x + Rational(p[k]);
    }
    return value;
}

Integer value_at(const Polynomial& p, const Integer& x) {
    Integer value = 0;
    for (std::size_t k = p.size(); k-- > 0;) {
        value = value * x + p[k];
    }
    return value;
}

int sign_at(const Polynomial& p, const Rational& x) {
    // Horner on denominatorⁿ p(x)
    const Integer top = numerator(x);
    const Integer bottom = denominator(x);
    Integer value = 0;
    Integer power = 1;
    for (std::size_t k = p.size(); k-- > 0;) {
        value = value * top + p[k] * power;
        power *= bottom;
    }
    return value.sign();
}

Polynomial sum(const Polynomial& p, const Polynomial& q) {
    Polynomial result = p.size() >= q.size() ? p : q;
    const Polynomial& other = p.size() >= q.size() ? q : p;
    for (std::size_t k = 0; k < other.size(); ++k) {
        result[k] += other[k];
    }
    return trimmed(std::move(result));
}

Polynomial product(const Polynomial& p, const Polynomial& q) {
    if (p.empty() || q.empty()) {
        return {};
    }
    Polynomial result(p.size() + q.size() - 1);
    for (std::size_t i = 0; i < p.size(); ++i) {
        for (std::size_t j = 0; j < q.size(); ++j) {
            result[i + j] += p[i] * q[j];
        }
    }
    return result;
}

Polynomial shifted(Polynomial p, const Integer& a) {
    const bool by_one = a == 1;
    for (std::size_t i = 0; i + 1 < p.size(); ++i) {
        for (std::size_t k = p.size() - 1; k-- > i;) {
            p[k] += by_one ? p[k + 1] : Integer(a * p[k + 1]);
        }
    }
    return p;
}

Polynomial scaled(Polynomial p, const Integer& c) {
    for (Integer& coefficient : p) {
        coefficient *= c;
    }
    return trimmed(std::move(p));
}

Polynomial interpolate(std::vector<Integer> values, const Integer& first) {
    // values[k] becomes the k-th forward difference; the k-th divided one is that over k!, kept
    // over the common denominator (n−1)! until the end.
    const std::size_t n = values.size();
    for (std::size_t k = 1; k < n; ++k) {
        for (std::size_t i = n - 1; i >= k; --i) {
            values[i] -= values[i - 1];
        }
    }
    Integer factor = 1;  // (n−1)!/k!
    for (std::size_t k = n; k-- > 0;) {
        values[k] *= factor;
        factor *= k == 0 ? 1 : k;
    }
    const Integer factorial = n == 0 ? Integer(1) : factor;
    // Horner in the Newton basis (x − first)(x − first − 1)…
    Polynomial p;
    for (std::size_t k = n; k-- > 0;) {
        const Integer node = first + k;
        p.insert(p.begin(), Integer(0));
        for (std::size_t i = 0; i + 1 < p.size(); ++i) {
            p[i] -= node * p[i + 1];
        }
        p[0] += values[k];
    }
    for (Integer& coefficient : p) {
        coefficient /= factorial;
    }
    return trimmed(std::move(p));
}

}  // namespace resdyn::exact
