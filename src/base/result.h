// How this code base returns failures that a caller should expect: as values. Exceptions are for
// start-up and for bugs. Any thread; header only.
#pragma once

#include <boost/system/result.hpp>

namespace tillcast {

/// Either a T or the E that says why there is none. `has_value()`, `value()`, `error()`.
template <class T, class E>
using Result = boost::system::result<T, E>;

}  // namespace tillcast
