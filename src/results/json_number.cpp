#include "json_number.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace resdyn {

using Json = nlohmann::ordered_json;

Json json_number(double value) {
    if (std::isinf(value)) {
        return value > 0 ? "infinity" : "-infinity";
    }
    return std::isnan(value) ? Json(nullptr) : Json(value);
}

Json json_number(Complex value) {
    return Json::array({json_number(value.real()), json_number(value.imag())});
}

}  // namespace resdyn
