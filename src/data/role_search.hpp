/// @file
/// The search among all roles that matrices can have (see tensor_roles.hpp for the method).
#pragma once

#include <string>
#include <vector>

#include <resdyn/data/tensor_roles.hpp>

namespace resdyn {

/// Gives roles to the matrices that have none; those that have one are not changed and must fit.
/// Returns why no role is given, or nothing; each row's reason then says what it could be.
std::string search_roles(std::vector<TensorRole>& rows);

}  // namespace resdyn
