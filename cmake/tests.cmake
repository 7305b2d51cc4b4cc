# SPDX-License-Identifier: GPL-2.0-or-later
# What tests need is looked for, and what is missing is listed at once, by the names of Debian's packages; the tests that
# need it are left out, or with KX_REQUIRE_ALL_TESTS nothing is built. tests/CMakeLists.txt says what needs what.

find_package(PkgConfig REQUIRED)

# NAME PACKAGE: found, or not, as KX_FOUND_NAME tells.
function(kx_note name package)
  set_property(GLOBAL PROPERTY KX_PACKAGE_${name} "${package}")
endfunction()

# MODULE PACKAGE: a library, by its name for pkg-config.
function(kx_look_for_library module package)
  pkg_check_modules(KX_LIBRARY_${module} QUIET ${module})
  set(KX_FOUND_${module} "${KX_LIBRARY_${module}_FOUND}" PARENT_SCOPE)
  kx_note(${module} "${package}")
endfunction()

# PROGRAM PACKAGE
function(kx_look_for_program program package)
  string(TOUPPER "${program}" upper)
  find_program(${upper}_EXECUTABLE ${program})
  set(KX_FOUND_${program} "${${upper}_EXECUTABLE}" PARENT_SCOPE)
  kx_note(${program} "${package}")
endfunction()

kx_look_for_library(gio-2.0 libglib2.0-dev)
kx_look_for_library(json-glib-1.0 libjson-glib-dev)
kx_look_for_library(libpcap libpcap-dev)
foreach(program curl jq git valgrind)
  kx_look_for_program(${program} ${program})
endforeach()
kx_look_for_program(tshark tshark)
include(CheckIncludeFile)
check_include_file(valgrind/callgrind.h KX_HAVE_CALLGRIND)
if(NOT KX_HAVE_CALLGRIND)
  set(KX_FOUND_valgrind FALSE)
endif()
if(TSHARK_EXECUTABLE)
  execute_process(COMMAND "${TSHARK_EXECUTABLE}" --version OUTPUT_VARIABLE kx_tshark ERROR_QUIET)
  if(NOT kx_tshark MATCHES "^[^0-9]*([0-9]+\\.[0-9]+)" OR NOT CMAKE_MATCH_1 STREQUAL KX_WIRESHARK_SERIES)
    set(KX_FOUND_tshark FALSE)
    kx_note(tshark "tshark (${TSHARK_EXECUTABLE} is not of Wireshark ${KX_WIRESHARK_SERIES}, for which the plugin is built \
with ${Wireshark_DIR}; -DTSHARK_EXECUTABLE=... names another)")
  endif()
endif()

# FOLDER NEED ...: adds the folder if all that its tests need is there.
function(kx_add_tests folder)
  set(lacking)
  foreach(need IN LISTS ARGN)
    if(NOT KX_FOUND_${need})
      list(APPEND lacking ${need})
    endif()
  endforeach()
  if(NOT lacking)
    add_subdirectory("${PROJECT_SOURCE_DIR}/${folder}" "${PROJECT_BINARY_DIR}/${folder}")
    return()
  endif()
  foreach(need IN LISTS lacking)
    set_property(GLOBAL APPEND PROPERTY KX_LACKING ${need})
    set_property(GLOBAL APPEND PROPERTY KX_LACKED_BY_${need} ${folder})
  endforeach()
endfunction()

# To be called when all have been added.
function(kx_list_what_is_missing)
  get_property(kx_lacking GLOBAL PROPERTY KX_LACKING)
  if(kx_lacking)
    list(REMOVE_DUPLICATES kx_lacking)
    set(kx_lines)
    foreach(need IN LISTS kx_lacking)
      get_property(package GLOBAL PROPERTY KX_PACKAGE_${need})
      get_property(folders GLOBAL PROPERTY KX_LACKED_BY_${need})
      list(JOIN folders ", " folders)
      string(APPEND kx_lines "\n  ${package}: ${folders}")
    endforeach()
    set(kx_mode WARNING)
    if(KX_REQUIRE_ALL_TESTS)
      set(kx_mode FATAL_ERROR)
    endif()
    message(${kx_mode} "Tests are left out, as these packages are not installed (scripts/install-deps.sh tests does so):"
      "${kx_lines}")
  endif()
endfunction()
