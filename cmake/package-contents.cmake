# SPDX-License-Identifier: GPL-2.0-or-later
# Read by cpack for each kind of package: which components go into it.

if(CPACK_GENERATOR STREQUAL "DEB")
  set(kx_components system debian)
  # Wireshark's folders are absolute.
  set(CPACK_SET_DESTDIR ON)
  set(CPACK_INSTALL_PREFIX /usr)
else()
  set(kx_components user)
  set(CPACK_SET_DESTDIR OFF)
endif()

list(GET CPACK_INSTALL_CMAKE_PROJECTS 0 kx_build)
set(CPACK_INSTALL_CMAKE_PROJECTS)
foreach(component IN LISTS kx_components)
  list(APPEND CPACK_INSTALL_CMAKE_PROJECTS "${kx_build}" kx ${component} /)
endforeach()
