#include "field_parts.hpp"

#include <fmt/format.h>

#include <resdyn/core/error.hpp>

namespace resdyn {

void check_box(std::string_view where, const Box& box, Index n) {
    if (box.lower.size() != n || box.upper.size() != n) {
        reject_argument(where, fmt::format("lower and upper of {} numbers", n),
                        fmt::format("{} and {}", box.lower.size(), box.upper.size()));
    }
    if (!box.lower.allFinite() || !box.upper.allFinite() ||
        !(box.lower.array() < box.upper.array()).all()) {
        reject_argument(where, "a finite box with lower < upper", "another");
    }
}

Box enlarged(const Box& box, double factor) {
    const Vector centre = (box.lower + box.upper) / 2;
    const Vector half = factor * (box.upper - box.lower) / 2;
    return {centre - half, centre + half};
}

double shortest_side(const Box& box) {
    return (box.upper - box.lower).minCoeff();
}

bool contains(const Box& box, const Vector& x) {
    return (x.array() >= box.lower.array()).all() && (x.array() <= box.upper.array()).all();
}

PlaneSpace space_of(const VectorField& field) {
    return {.velocity = [&field](const Vector& x) { return field.value(x); },
            .contains = [](const Vector&) { return true; }};
}

}  // namespace resdyn
