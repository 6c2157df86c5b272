#include "exact_roots.hpp"

#include <algorithm>
#include <utility>

namespace resdyn::exact {

namespace {

/// Square-free parts are taken up to this degree: beyond, remainders grow too long.
constexpr Index divisor_degree = 64;
/// Bits of narrowing after which two polynomials are suspected of a common root.
constexpr int suspicious_bits = 64;
constexpr int largest_bits = 512;

/// A positive multiple of p(lower + (upper − lower) t).
Polynomial on_unit_interval(const Polynomial& p, const Rational& lower, const Rational& upper) {
    const Integer c = lcm(denominator(lower), denominator(upper));
    const Integer a = numerator(lower) * (c / denominator(lower));
    const Integer width = numerator(upper) * (c / denominator(upper)) - a;
    Polynomial q = p;
    Integer power = 1;
    for (std::size_t k = q.size(); k-- > 0;) {
        q[k] *= power;
        power *= c;
    }
    q = shifted(std::move(q), a);
    power = 1;
    for (Integer& coefficient : q) {
        coefficient *= power;
        power *= width;
    }
    return q;
}

/// Descartes' bound on the roots of q in (0, 1): sign changes of (1 + t)ⁿ q(1/(1 + t)), which
/// exceed their number by an even one.
Index descartes_bound(const Polynomial& q) {
    const Polynomial r = shifted(Polynomial(q.rbegin(), q.rend()), 1);
    Index changes = 0;
    int last = 0;
    for (const Integer& coefficient : r) {
        const int s = coefficient.sign();
        if (s != 0) {
            changes += last != 0 && s != last ? 1 : 0;
            last = s;
        }
    }
    return changes;
}

/// The sign of q just right of 0.
int sign_above_zero(const Polynomial& q) {
    const auto first = std::find_if(q.begin(), q.end(),
                                    [](const Integer& coefficient) { return coefficient != 0; });
    return first == q.end() ? 0 : first->sign();
}

void make_exact(RealRoot& root, const Rational& at) {
    root.lower = at;
    root.upper = at;
}

/// narrow() until the bracket is at most `width`, in integers over one denominator.
void bisect_to(RealRoot& root, const Rational& width) {
    Integer c = lcm(denominator(root.lower), denominator(root.upper));
    Integer a = numerator(root.lower) * (c / denominator(root.lower));
    Integer b = numerator(root.upper) * (c / denominator(root.upper));
    Polynomial p = root.polynomial;  // cⁿ p(x/c)
    Integer power = 1;
    for (std::size_t k = p.size(); k-- > 0;) {
        p[k] *= power;
        power *= c;
    }
    while ((b - a) * denominator(width) > numerator(width) * c) {
        c <<= 1;
        a <<= 1;
        b <<= 1;
        for (std::size_t k = 0; k < p.size(); ++k) {
            p[k] <<= static_cast<unsigned>(p.size() - 1 - k);
        }
        Integer middle = (a + b) >> 1;
        const int s = value_at(p, middle).sign();
        if (s == 0) {
            make_exact(root, Rational(middle, c));
            return;
        }
        (s == root.sign_above_lower ? a : b) = std::move(middle);
    }
    root.lower = Rational(a, c);
    root.upper = Rational(b, c);
}

void narrow_to(RealRoot& root, const Rational& width) {
    constexpr long small_denominator = 1L << 16;
    if (degree(root.polynomial) == 1) {
        // boost::rational takes no negative denominator of an unbounded integer
        const Integer& c = root.polynomial[1];
        make_exact(root, Rational(Integer(c < 0 ? root.polynomial[0] : -root.polynomial[0]),
                                  Integer(abs(c))));
    }
    if (!root.is_exact()) {
        bisect_to(root, width);
    }
    if (!root.is_exact()) {
        const Rational candidate = simplest_between(root.lower, root.upper);
        if (denominator(candidate) < small_denominator &&
            sign_at(root.polynomial, candidate) == 0) {
            make_exact(root, candidate);
        }
    }
}

struct Isolation {
    const Polynomial& polynomial;
    Rational width;
    std::vector<RealRoot> roots;
    bool clustered = false;

    void operator()(const Polynomial& q, const Rational& lower, const Rational& upper) {
        const Index bound = descartes_bound(q);
        if (bound == 0) {
            return;
        }
        const bool cluster = bound > 1 && upper - lower < width;
        if (bound == 1 || cluster) {
            roots.push_back({lower, upper, polynomial, sign_above_zero(q), cluster});
            clustered = clustered || cluster;
            return;
        }
        const Rational middle = (lower + upper) / 2;
        Polynomial left = q;  // 2ⁿ q(t/2)
        for (std::size_t k = 0; k < left.size(); ++k) {
            left[k] <<= static_cast<unsigned>(left.size() - 1 - k);
        }
        (*this)(left, lower, middle);
        left = shifted(std::move(left), 1);
        if (left.front() == 0) {
            roots.push_back({middle, middle, polynomial, 0, false});
        }
        (*this)(left, middle, upper);
    }
};

}  // namespace

void narrow(RealRoot& root) {
    if (root.is_exact() || root.clustered) {
        return;
    }
    Rational middle = root.middle();
    const int s = sign_at(root.polynomial, middle);
    if (s == 0) {
        make_exact(root, middle);
    } else if (s == root.sign_above_lower) {
        root.lower = std::move(middle);
    } else {
        root.upper = std::move(middle);
    }
}

Rational between(RealRoot& a, RealRoot& b) {
    while (order(a.upper, b.lower) >= 0) {
        const bool stuck = (a.is_exact() || a.clustered) && (b.is_exact() || b.clustered);
        if (stuck) {
            return (a.upper + b.lower) / 2;
        }
        narrow(a);
        narrow(b);
    }
    return simple_between(a.upper, b.lower);
}

std::vector<RealRoot> real_roots(const Polynomial& p, const Rational& from, const Rational& to,
                                 const Rational& width) {
    Isolation isolation{p, width, {}, false};
    if (from < to) {
        isolation(on_unit_interval(p, from, to), from, to);
    }
    if (isolation.clustered && degree(p) <= divisor_degree) {
        const Polynomial once = square_free_part(p);
        if (once.size() < p.size()) {
            return real_roots(once, from, to, width);
        }
        // Roots closer than the width, yet distinct: separated by going on.
        return real_roots(p, from, to, width / 1024);
    }
    std::vector<RealRoot> roots;
    if (sign_at(p, from) == 0) {
        roots.push_back({from, from, p, 0, false});
    }
    for (RealRoot& root : isolation.roots) {
        if (!root.clustered) {
            narrow_to(root, width);
        }
        roots.push_back(std::move(root));
    }
    if (from < to && sign_at(p, to) == 0) {
        roots.push_back({to, to, p, 0, false});
    }
    return roots;
}

int sign_at(const Polynomial& q, RealRoot& root) {
    if (q.empty()) {
        return 0;
    }
    for (int bits = 0;; bits += 8) {
        if (root.is_exact()) {
            return sign_at(q, root.lower);
        }
        const Polynomial local = on_unit_interval(q, root.lower, root.upper);
        if (descartes_bound(local) == 0) {
            return sign_above_zero(local);
        }
        if (root.clustered) {
            return 0;
        }
        if (bits == suspicious_bits && degree(root.polynomial) <= divisor_degree) {
            const Polynomial common = greatest_common_divisor(root.polynomial, q);
            // The bracket holds one root of the root's own polynomial, so at most one of a divisor.
            if (degree(common) > 0 &&
                descartes_bound(on_unit_interval(common, root.lower, root.upper)) > 0) {
                return 0;
            }
        }
        if (bits >= largest_bits && degree(root.polynomial) > divisor_degree) {
            return 0;  // zero to 2^−512 of the bracket: no divisor was taken to prove it
        }
        for (int k = 0; k < 8 && !root.is_exact(); ++k) {
            narrow(root);
        }
    }
}

SidedSigns sided_signs(const Polynomial& p, RealRoot& root) {
    // The first derivative that does not vanish there decides.
    Polynomial q = p;
    for (int order = 0;; ++order) {
        const int s = sign_at(q, root);
        if (s != 0 || q.size() <= 1) {
            return {order % 2 == 0 ? s : -s, s};
        }
        q = derivative(q);
    }
}

int compare(RealRoot& a, const Rational& b) {
    if (a.is_exact()) {
        return order(a.lower, b);
    }
    if (order(b, a.lower) <= 0) {
        return 1;
    }
    if (order(b, a.upper) >= 0) {
        return -1;
    }
    if (a.clustered) {
        return order(a.middle(), b) < 0 ? -1 : 1;
    }
    const int s = sign_at(a.polynomial, b);
    if (s == 0) {
        make_exact(a, b);
        return 0;
    }
    if (s == a.sign_above_lower) {
        a.lower = b;
        return 1;
    }
    a.upper = b;
    return -1;
}

int compare(RealRoot& a, RealRoot& b) {
    if (a.is_exact()) {
        return -compare(b, a.lower);
    }
    if (b.is_exact()) {
        return compare(a, b.lower);
    }
    if (order(a.upper, b.lower) <= 0) {
        return -1;
    }
    if (order(b.upper, a.lower) <= 0) {
        return 1;
    }
    if (a.clustered || b.clustered) {
        return order(a.middle(), b.middle()) < 0 ? -1 : 1;
    }
    // Overlapping brackets: a is taken into that of b, or found outside.
    const int left = compare(a, Rational(b.lower));
    if (left <= 0) {
        return -1;
    }
    if (compare(a, Rational(b.upper)) >= 0) {
        return 1;
    }
    if (sign_at(b.polynomial, a) == 0) {
        return 0;  // b's polynomial has one root there
    }
    while (!a.is_exact() && !b.is_exact() && order(a.upper, b.lower) > 0 &&
           order(b.upper, a.lower) > 0) {
        narrow(a);
        narrow(b);
    }
    return compare(a, b);
}

}  // namespace resdyn::exact
