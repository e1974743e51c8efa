define dso_local i64 @parse_integer(ptr noundef %0, ptr noundef writeonly %1) local_unnamed_addr nofree nosync nounwind memory(readwrite, inaccessiblemem: none) uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" {
  br label %3

3:                                                ; preds = %6, %2
  %4 = phi ptr [ %0, %2 ], [ %7, %6 ]
  %5 = load i8, ptr %4, align 1
  switch i8 %5, label %8 [
    i8 32, label %6
    i8 13, label %6
    i8 12, label %6
    i8 11, label %6
    i8 10, label %6
    i8 9, label %6
  ]

6:                                                ; preds = %3, %3, %3, %3, %3, %3
  %7 = getelementptr inbounds i8, ptr %4, i64 1
  br label %3

8:                                                ; preds = %3
  %9 = icmp eq i8 %5, 45
  %10 = icmp eq i8 %5, 43
  %11 = or i1 %9, %10
  %12 = zext i1 %11 to i64
  %13 = getelementptr inbounds i8, ptr %4, i64 %12
  %14 = select i1 %9, i64 -9223372036854775808, i64 9223372036854775807
  %15 = load i8, ptr %13, align 1
  %16 = add i8 %15, -48
  %17 = icmp ult i8 %16, 10
  br i1 %17, label %18, label %42

18:                                               ; preds = %8, %33
  %19 = phi i8 [ %37, %33 ], [ %15, %8 ]
  %20 = phi i8 [ %35, %33 ], [ 0, %8 ]
  %21 = phi i64 [ %34, %33 ], [ 0, %8 ]
  %22 = phi ptr [ %36, %33 ], [ %13, %8 ]
  %23 = trunc nuw i8 %20 to i1
  br i1 %23, label %33, label %24

24:                                               ; preds = %18
  %25 = add nsw i8 %19, -48
  %26 = zext nneg i8 %25 to i64
  %27 = sub nuw i64 %14, %26
  %28 = udiv i64 %27, 10
  %29 = icmp ugt i64 %21, %28
  br i1 %29, label %33, label %30

30:                                               ; preds = %24
  %31 = mul nuw nsw i64 %21, 10
  %32 = add nuw i64 %31, %26
  br label %33

33:                                               ; preds = %18, %24, %30
  %34 = phi i64 [ %32, %30 ], [ %21, %24 ], [ %21, %18 ]
  %35 = phi i8 [ %20, %30 ], [ 1, %24 ], [ 1, %18 ]
  %36 = getelementptr inbounds i8, ptr %22, i64 1
  %37 = load i8, ptr %36, align 1
  %38 = add i8 %37, -48
  %39 = icmp ult i8 %38, 10
  br i1 %39, label %18, label %40

40:                                               ; preds = %33
  %41 = trunc nuw i8 %35 to i1
  br label %42

42:                                               ; preds = %40, %8
  %43 = phi ptr [ %13, %8 ], [ %36, %40 ]
  %44 = phi i64 [ 0, %8 ], [ %34, %40 ]
  %45 = phi i1 [ false, %8 ], [ %41, %40 ]
  %46 = icmp eq ptr %1, null
  br i1 %46, label %48, label %47

47:                                               ; preds = %42
  store ptr %43, ptr %1, align 8
  br label %48

48:                                               ; preds = %47, %42
  br i1 %17, label %49, label %58

49:                                               ; preds = %48
  %50 = load i64, ptr @numbers_read, align 8
  %51 = add i64 %50, 1
  store i64 %51, ptr @numbers_read, align 8
  br i1 %45, label %52, label %54

52:                                               ; preds = %49
  %53 = tail call ptr @__errno_location() nounwind willreturn memory(none)
  store i32 34, ptr %53, align 4
  br label %54

54:                                               ; preds = %52, %49
  %55 = phi i64 [ %14, %52 ], [ %44, %49 ]
  %56 = sub i64 0, %55
  %57 = select i1 %9, i64 %56, i64 %55
  br label %58

58:                                               ; preds = %48, %54
  %59 = phi i64 [ %57, %54 ], [ 0, %48 ]
  ret i64 %59
}
; verdict: refuted: without digits the end is set behind the sign and the blanks
