#include "json_parts.hpp"

#include <nlohmann/json.hpp>

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

template <typename Values>
Json list_of(const Values& values) {
    Json list = Json::array();
    for (const auto value : values) {
        list.push_back(json_number(value));
    }
    return list;
}

}  // namespace

Json json_numbers(const std::vector<double>& values) {
    return list_of(values);
}

Json json_numbers(const Vector& values) {
    return list_of(values);
}

Json json_numbers(const std::vector<Complex>& values) {
    return list_of(values);
}

Json to_json(const Proportion& proportion) {
    return {{"value", proportion.value},
            {"standard_error", proportion.standard_error},
            {"low", proportion.low},
            {"high", proportion.high},
            {"samples", proportion.samples}};
}

Json to_json(const MeanWithError& mean) {
    return {{"mean", json_number(mean.mean)}, {"standard_error", json_number(mean.standard_error)}};
}

Json to_json(const Spread& spread) {
    return {{"median", json_number(spread.median)},
            {"q05", json_number(spread.low)},
            {"q95", json_number(spread.high)},
            {"least", json_number(spread.least)},
            {"most", json_number(spread.most)}};
}

}  // namespace resdyn
