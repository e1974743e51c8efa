define dso_local range(i32 -1, 1) i32 @buffer_append(ptr nocapture noundef %0, ptr noundef %1, i64 noundef %2) local_unnamed_addr nounwind uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" {
  %4 = getelementptr inbounds i8, ptr %0, i64 24
  %5 = load i32, ptr %4, align 8
  %6 = icmp eq i32 %5, 0
  br i1 %6, label %9, label %7

7:                                                ; preds = %3
  %8 = tail call ptr @__errno_location() nounwind willreturn memory(none)
  store i32 5, ptr %8, align 4
  br label %56

9:                                                ; preds = %3
  %10 = getelementptr inbounds i8, ptr %0, i64 8
  %11 = load i64, ptr %10, align 8
  %12 = sub i64 9223372036854775807, %11
  %13 = icmp ult i64 %12, %2
  br i1 %13, label %14, label %16

14:                                               ; preds = %9
  store i32 1, ptr %4, align 8
  %15 = tail call ptr @__errno_location() nounwind willreturn memory(none)
  store i32 75, ptr %15, align 4
  br label %56

16:                                               ; preds = %9
  %17 = add i64 %11, %2
  %18 = getelementptr inbounds i8, ptr %0, i64 16
  %19 = load i64, ptr %18, align 8
  %20 = icmp ugt i64 %17, %19
  br i1 %20, label %21, label %48

21:                                               ; preds = %16
  %22 = icmp eq i64 %19, 0
  %23 = select i1 %22, i64 16, i64 %19
  br label %24

24:                                               ; preds = %24, %21
  %25 = phi i64 [ %23, %21 ], [ %27, %24 ]
  %26 = icmp ult i64 %25, %17
  %27 = shl i64 %25, 1
  br i1 %26, label %24, label %28

28:                                               ; preds = %24
  %29 = load ptr, ptr %0, align 8
  %30 = ptrtoint ptr %29 to i64
  %31 = ptrtoint ptr %1 to i64
  %32 = icmp eq ptr %29, null
  %33 = icmp ugt ptr %29, %1
  %34 = or i1 %32, %33
  br i1 %34, label %38, label %35

35:                                               ; preds = %28
  %36 = add i64 %11, %30
  %37 = icmp ugt i64 %36, %31
  br label %38

38:                                               ; preds = %35, %28
  %39 = phi i1 [ false, %28 ], [ %37, %35 ]
  %40 = tail call ptr @realloc(ptr noundef %29, i64 noundef %25) nounwind allocsize(1)
  %41 = icmp eq ptr %40, null
  br i1 %41, label %42, label %44

42:                                               ; preds = %38
  store i32 1, ptr %4, align 8
  %43 = tail call ptr @__errno_location() nounwind willreturn memory(none)
  store i32 12, ptr %43, align 4
  br label %56

44:                                               ; preds = %38
  %45 = sub i64 %31, %30
  %46 = getelementptr inbounds i8, ptr %40, i64 %45
  %47 = select i1 %39, ptr %46, ptr %1
  store ptr %40, ptr %0, align 8
  store i64 %25, ptr %18, align 8
  br label %48

48:                                               ; preds = %44, %16
  %49 = phi ptr [ %47, %44 ], [ %1, %16 ]
  %50 = icmp eq i64 %2, 0
  br i1 %50, label %55, label %51

51:                                               ; preds = %48
  %52 = load ptr, ptr %0, align 8
  %53 = load i64, ptr %10, align 8
  %54 = getelementptr inbounds i8, ptr %52, i64 %53
  store i64 %17, ptr %10, align 8
  tail call void @llvm.memmove.p0.p0.i64(ptr align 1 %54, ptr align 1 %49, i64 %2, i1 false)
  br label %55

55:                                               ; preds = %51, %48
  store i64 %17, ptr %10, align 8
  br label %56

56:                                               ; preds = %42, %55, %14, %7
  %57 = phi i32 [ -1, %7 ], [ -1, %14 ], [ 0, %55 ], [ -1, %42 ]
  ret i32 %57
}
; verdict: refuted: the length is stored before the bytes are copied, which may be the length itself: buffer_append(&b, &b.length, sizeof b.length)
