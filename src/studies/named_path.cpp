#include <resdyn/studies/named_path.hpp>

#include <fmt/format.h>

#include <utility>

#include <resdyn/core/error.hpp>

namespace resdyn {

NamedPath named_path(std::string_view name, const WholeSystem& whole) {
    if (name == "self-coupling") {
        return {self_coupling_path(whole), "alpha  (W - alpha I)", -2.0, 2.0};
    }
    if (name == "symmetry") {
        return {symmetry_path(whole), "alpha  (0 antisymmetric, 1 symmetric)", 0.0, 1.0};
    }
    if (name == "step") {
        return {std::nullopt, "step h", 0.0, 2.0};
    }
    reject_argument("path", named_path_names, name);
}

NamedPath named_coupling_path(const WholeSystem& whole, Index i, Index j) {
    ParameterPath path = coupling_path(whole, i, j);
    const double now = whole.system.W()(i, j) / whole.factor;
    return {std::move(path), fmt::format("alpha = w_{{{},{}}}", i, j), now - 2.0, now + 2.0};
}

NamedPath named_path_between(const WholeSystem& a, const WholeSystem& b) {
    return {path_between(a, b), "alpha  (0 the first, 1 the second)", 0.0, 1.0};
}

}  // namespace resdyn
